import { escapeText, PRINTABLE_ASCII } from '../bytes/text.ts';
import { toJson } from './json.ts';
import type { OutputRecord } from './records.ts';
import type { Renderer } from './renderer.ts';

const CONNECTION = [
  ...['connection', 'client.address', 'client.port', 'server.address', 'server.port'],
  ...['protocol', 'outcome', 'communityId', 'start', 'end', 'duration', 'frames'],
  ...['bytes.client', 'bytes.server', 'serverVersion', 'connectionId', 'user', 'database'],
  ...['authPlugin', 'tls.version', 'tls.cipher', 'tls.serverName', 'tls.decrypted', 'compression'],
  ...['inferred', 'login', 'commands', 'errors', 'opened', 'closed', 'quality.gapBytes'],
  ...['quality.gaps', 'quality.retransmitted', 'quality.duplicates', 'quality.outOfOrder'],
  ...['quality.truncated', 'quality.badChecksums', 'quality.skippedBytes', 'quality.midstream'],
  ...['quality.gapPlaces', 'findings', 'legs'],
];

/** A view's columns: keys of its records, with a dot into those that are always shaped alike. */
export const CSV_COLUMNS = {
  summary: CONNECTION,
  connections: CONNECTION,
  packets: [
    ...['connection', 'frame', 'lastFrame', 'time', 'relative', 'from', 'sequenceId'],
    ...['expectedSequenceId', 'length', 'type', 'phase', 'fields', 'problems'],
    'compressedSequenceId',
  ],
  queries: [
    ...['connection', 'frame', 'time', 'relative', 'command', 'sql', 'params', 'paramsBase64'],
    ...['attributes', 'fingerprint', 'digest', 'user', 'database', 'timeToFirstByte', 'duration'],
    ...['response.kind', 'response.frame', 'response.lastFrame', 'response.rows'],
    ...['response.columns', 'response.affectedRows', 'response.lastInsertId'],
    ...['response.warnings', 'response.info', 'response.error.code', 'response.error.sqlState'],
    ...['response.error.message', 'response.moreResults', 'complete'],
  ],
  results: ['connection', 'frame', 'sql', 'columns', 'rows', 'rowsBase64', 'rowCount', 'complete'],
  check: [
    ...['id', 'rule', 'severity', 'connection', 'connections', 'client.address', 'client.port'],
    ...['server.address', 'server.port', 'user', 'clientName', 'frame', 'file'],
    ...['frameInFile', 'time', 'relative', 'from'],
    ...['got', 'expected', 'message', 'cause.id', 'cause.certainty', 'cause.summary', 'evidence'],
    ...['ruledOut', 'consequences', 'advice', 'fix.client', 'fix.between', 'fix.server'],
    ...['drivers', 'occurrences', 'fingerprint', 'docs'],
  ],
} as const satisfies Record<string, readonly string[]>;

/** RFC 4180: a record a line behind one of names. What is of no fixed shape is JSON in its cell. */
export function csvRenderer(view: keyof typeof CSV_COLUMNS): Renderer {
  const columns = CSV_COLUMNS[view].map((column) => column.split('.'));
  return {
    start: () => line(CSV_COLUMNS[view]),
    record: (record) => line(columns.map((keys) => cell(valueAt(record, keys)))),
    finish: () => '',
  };
}

function line(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

function valueAt(record: OutputRecord, keys: readonly string[]): unknown {
  let value: unknown = record;
  for (const key of keys) value = (value as OutputRecord | null)?.[key];
  return value;
}

/** An absent fact is an empty cell, an empty text one of two quotes. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return quoted(toJson(value as OutputRecord));
  if (typeof value !== 'string') return String(value);
  const text = PRINTABLE_ASCII.test(value) ? value : escapeText(value);
  return quoted(isFormula(text) ? `'${text}` : text);
}

function quoted(text: string): string {
  return text === '' || /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A spreadsheet would compute it, and what a client sent may well be written for that. The apostrophe is how
 * spreadsheets mark text (https://owasp.org/www-community/attacks/CSV_Injection).
 */
function isFormula(text: string): boolean {
  return /^[=+\-@＝＋－＠]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text);
}
