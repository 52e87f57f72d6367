import type { Report } from '../analysis/report.ts';
import { escapeJson } from '../bytes/text.ts';
import { captureRecord, findingRecords, type OutputRecord } from './records.ts';
import type { CaptureName, Renderer } from './renderer.ts';
import { bigintAsText } from './value-text.ts';

export function toJson(record: OutputRecord): string {
  try {
    return escapeJson(JSON.stringify(record));
  } catch (error) {
    // A bigint, which is rare; looking for one in every value would take longer than all the rest.
    if (error instanceof TypeError) return escapeJson(JSON.stringify(record, bigintAsText));
    if (!(error instanceof RangeError)) throw error;
    return escapeJson(JSON.stringify(record, cutText));
  }
}

/** Characters left of each text in a record that is longer than any string can be. */
const MAX_CUT_TEXT = 64 * 1024;

function cutText(key: string, value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= MAX_CUT_TEXT) return bigintAsText(key, value);
  return `${value.slice(0, MAX_CUT_TEXT)}… (${value.length} characters)`;
}

/**
 * One document, a record a line: `{"schema":"mywire/<view>/1","<view>":[…],"capture":{…}}`. What is
 * known of the capture is only complete at its end, so it stands there; before it the findings, where records
 * name them by their ids.
 */
export function jsonRenderer(
  view: string,
  captures: readonly CaptureName[] = [],
  namesFindings = false,
): Renderer {
  const endOf = (report: Report) => `\n],"capture":${toJson(captureRecord(report, captures))}}\n`;
  return {
    start: () => `{"schema":"mywire/${view}/1","${view}":[`,
    record: lister(),
    finish: (report) => (namesFindings ? findingsAnd(report, endOf(report)) : endOf(report)),
  };
}

function* findingsAnd(report: Report, end: string): Iterable<string> {
  const list = lister();
  yield '\n],"findings":[';
  for (const record of findingRecords(report)) yield list(record);
  yield end;
}

/** Gives the records of a list one by one, with commas between them. */
function lister(): (record: OutputRecord) => string {
  let separator = '\n';
  return (record) => {
    const text = separator + toJson(record);
    separator = ',\n';
    return text;
  };
}

/** A record a line, and nothing else. */
export function ndjsonRenderer(): Renderer {
  return {
    start: () => '',
    record: (record) => `${toJson(record)}\n`,
    finish: () => '',
  };
}
