import type { Report } from '../analysis/report.ts';
import { NO_FRAME } from '../capture/frame.ts';
import { partiesOf } from '../findings/endpoints.ts';
import type { Finding } from '../findings/finding.ts';
import { EXPECTATION } from '../findings/names.ts';
import type { Query } from '../mysql/query.ts';
import { entriesOf, quote, type Written } from '../written/written.ts';
import { commands, connections, queries, rows } from './counts.ts';
import { maxDuration } from './durations.ts';
import { closed, compression, database, logins, tls, user } from './each-connection.ts';
import { errors } from './errors.ts';
import { never } from './never.ts';
import type { Breach, Watch } from './watch.ts';

/** What an expectation may be of. One line adds a key. */
const KEYS: Readonly<Record<string, (written: Written, key: string) => Watch>> = {
  connections,
  commands,
  queries,
  rows,
  errors,
  no: never,
  maxDuration,
  user,
  database,
  tls,
  compression,
  logins,
  closed,
};

/** One key of the file, and what watches over it. */
interface Expectation {
  readonly key: string;
  readonly line: number;
  /** As it stands in the file. */
  readonly text: string;
  readonly watch: Watch;
}

/** What a capture is expected to show (docs/ci.md), as findings where it does not. */
export class Expectations {
  readonly #file: string;
  readonly #expectations: readonly Expectation[];
  readonly #perQuery: readonly Watch[];

  constructor(file: string, written: Written) {
    this.#file = file;
    this.#expectations = entriesOf(written, 'the expectations', Object.keys(KEYS)).map(
      ({ key, line, value }) => ({
        key,
        line,
        text: `${key}: ${quote(value)}`,
        watch: KEYS[key]!(value, key),
      }),
    );
    this.#perQuery = this.#expectations
      .map(({ watch }) => watch)
      .filter(({ onQuery }) => onQuery !== undefined);
  }

  /** To be told of every command; null where nothing needs it. */
  get onQuery(): ((query: Query) => void) | null {
    if (this.#perQuery.length === 0) return null;
    return (query) => {
      for (const watch of this.#perQuery) watch.onQuery!(query);
    };
  }

  findings(report: Report): Finding[] {
    return this.#expectations.flatMap((expectation) =>
      expectation.watch
        .breaches(report)
        .map((breach) => findingOf(expectation, breach, this.#file, report)),
    );
  }
}

function findingOf(
  { key, line, text }: Expectation,
  { expected, found, key: detail, places }: Breach,
  file: string,
  { capture, conversations }: Report,
): Finding {
  const [place] = places;
  const connection = place?.connection ?? conversations.at(-1)?.connection.number ?? 0;
  const conversation = conversations.find((one) => one.connection.number === connection);
  const others = places.map((other) => other.connection);
  // What is missing is missing at the end.
  const frame = place?.frame ?? capture.last ?? NO_FRAME;
  const where = `line ${line} of ${file}`;
  return {
    rule: EXPECTATION.rule,
    severity: EXPECTATION.severity,
    connection,
    connections: [...new Set([connection, ...others])].sort((a, b) => a - b),
    parties: conversation === undefined ? null : partiesOf(conversation),
    frame,
    fromClient: place?.fromClient ?? true,
    got: null,
    expected: null,
    message: `Expected ${key}: ${expected}; found ${found}`,
    cause: {
      id: EXPECTATION.id,
      certainty: 'proven',
      summary: `The capture is not as ${where} says: "${text}".`,
    },
    evidence:
      places.length > 0
        ? places
        : [{ frame, text: 'the capture ends here, without what is expected' }],
    ruledOut: [],
    consequences: [],
    advice: {
      client: `make the application send what is expected; where the expectation is wrong, change ${where}.`,
    },
    drivers: [],
    occurrences: 1,
    fingerprint: [EXPECTATION.id, key, detail].filter((part) => part !== '').join(' '),
  };
}

/** Where a capture has no frames. */
