import { escapeJson } from '../bytes/text.ts';
import type { Finding } from '../findings/finding.ts';
import { describe, entriesOf, type Written, WrittenFault } from '../written/written.ts';

/** A finding that is known, so that it fails no run. */
export interface BaselineEntry {
  readonly fingerprint: string;
  /** For people: only the fingerprint is compared. */
  readonly rule: string;
  readonly cause: string;
  readonly message: string;
  /** Why it is put up with; only a person writes it. */
  readonly reason: string | null;
}

const SCHEMA = 'mywire/baseline/1';
const ENTRY_KEYS = ['fingerprint', 'rule', 'cause', 'message', 'reason'] as const;
const WRITE_ANEW = 'write it with --update-baseline, and change only "reason" by hand';

export function decodeBaseline(written: Written): BaselineEntry[] {
  const entries = entriesOf(written, 'a baseline', ['schema', 'findings']);
  const schema = entries.find(({ key }) => key === 'schema')?.value;
  if (schema === undefined || schema.kind !== 'scalar' || schema.value !== SCHEMA) {
    const found = schema === undefined ? 'has no "schema"' : `"schema" is ${describe(schema)}`;
    throw new WrittenFault(
      schema?.line ?? written.line,
      `not a baseline of this version: ${found} where "${SCHEMA}" is due; ${WRITE_ANEW}`,
    );
  }
  const findings = entries.find(({ key }) => key === 'findings')?.value;
  if (findings?.kind !== 'list') {
    throw new WrittenFault(
      findings?.line ?? written.line,
      `"findings" must be a list; ${WRITE_ANEW}`,
    );
  }
  return findings.items.map(decodeEntry);
}

function decodeEntry(written: Written): BaselineEntry {
  const texts = new Map<string, string>();
  for (const { key, line, value } of entriesOf(written, 'a finding of a baseline', ENTRY_KEYS)) {
    if (value.kind !== 'scalar' || typeof value.value !== 'string') {
      throw new WrittenFault(line, `"${key}" must be a text, not ${describe(value)}`);
    }
    texts.set(key, value.value);
  }
  const fingerprint = texts.get('fingerprint');
  if (fingerprint === undefined) {
    throw new WrittenFault(written.line, `a finding without "fingerprint"; ${WRITE_ANEW}`);
  }
  return {
    fingerprint,
    rule: texts.get('rule') ?? '',
    cause: texts.get('cause') ?? '',
    message: texts.get('message') ?? '',
    reason: texts.get('reason') ?? null,
  };
}

/** The baseline in which these findings are known. Entries whose finding is still there stay as they are. */
export function baselineOf(
  findings: readonly Finding[],
  before: readonly BaselineEntry[],
): BaselineEntry[] {
  const kept = new Map(before.map((entry) => [entry.fingerprint, entry]));
  const entries = new Map<string, BaselineEntry>();
  for (const { fingerprint, rule, cause, message } of findings) {
    if (entries.has(fingerprint)) continue;
    const entry = { fingerprint, rule, cause: cause.id, message, reason: null };
    entries.set(fingerprint, kept.get(fingerprint) ?? entry);
  }
  // Not by locale: the same on every machine.
  return [...entries.values()].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
}

export function encodeBaseline(entries: readonly BaselineEntry[]): string {
  const findings = entries.map(({ reason, ...entry }) =>
    reason === null ? entry : { ...entry, reason },
  );
  const lines = JSON.stringify({ schema: SCHEMA, findings }, null, 2).split('\n');
  return `${lines.map(escapeJson).join('\n')}\n`;
}

/** Entries that nothing matches any more. */
export function staleEntries(
  entries: readonly BaselineEntry[],
  findings: readonly Finding[],
): BaselineEntry[] {
  const found = new Set(findings.map(({ fingerprint }) => fingerprint));
  return entries.filter(({ fingerprint }) => !found.has(fingerprint));
}
