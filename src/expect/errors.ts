import type { Report } from '../analysis/report.ts';
import type { Noted } from '../mysql/facts.ts';
import type { Query } from '../mysql/query.ts';
import { describe, type Written, WrittenFault, type WrittenList } from '../written/written.ts';
import { mysqlConversations } from './counts.ts';
import { decodeRange, isWithin, type Range, rangeText } from './range.ts';
import { type Breach, MAX_PLACES, Places, statementOf, type Watch } from './watch.ts';

/** The server's ERRs, by code. */
type Found = ReadonlyMap<number, Places>;

/** A list: these codes, each at least once, and no others. Else how many ERRs of any code. */
export function errors(written: Written, key: string): Watch {
  if (written.kind === 'list') {
    const codes = codesOf(written);
    return new Errors((found) => unexpectedCodes(codes, found));
  }
  const range = decodeRange(written, key);
  return new Errors((found, report) => unexpectedNumber(range, found, report));
}

/** Codes have 16 bits. */
const MAX_CODE = 0xffff;

function codesOf({ items }: WrittenList): number[] {
  return items.map((item) => {
    const code = item.kind === 'scalar' ? item.value : null;
    if (typeof code === 'number' && Number.isInteger(code) && code > 0 && code <= MAX_CODE) {
      return code;
    }
    throw new WrittenFault(
      item.line,
      `an error code is a number such as 1062, not ${describe(item)}`,
    );
  });
}

function unexpectedCodes(codes: readonly number[], found: Found): Breach[] {
  const expected = codes.join(', ') || 'none';
  const missing = codes.filter((code) => !found.has(code));
  const surplus = [...found].filter(([code]) => !codes.includes(code));
  return [
    ...missing.map((code) => ({ expected, found: `no ${code}`, key: `no ${code}`, places: [] })),
    ...surplus.map(([code, { first, total }]) => ({
      expected,
      found: `${code}${total > 1 ? ` (${total} times)` : ''}`,
      key: String(code),
      places: first,
    })),
  ];
}

function unexpectedNumber(range: Range, found: Found, report: Report): Breach[] {
  const total = mysqlConversations(report).reduce((sum, { errors }) => sum + errors, 0);
  if (isWithin(total, range)) return [];
  const places = total < range.min ? [] : [...found.values()].flatMap(({ first }) => first);
  places.sort((a, b) => a.frame.number - b.frame.number);
  return [
    {
      expected: rangeText(range),
      found: String(total),
      key: '',
      places: places.slice(0, MAX_PLACES),
    },
  ];
}

class Errors implements Watch {
  readonly #found = new Map<number, Places>();
  readonly #judge: (found: Found, report: Report) => Breach[];

  constructor(judge: (found: Found, report: Report) => Breach[]) {
    this.#judge = judge;
  }

  onQuery(query: Query): void {
    const { connection, responses } = query;
    for (const { error, frame } of responses) {
      if (error === null || frame === null) continue;
      const { code, message } = error;
      this.#placesOf(code as number).add(() => ({
        connection,
        frame,
        fromClient: false,
        text: `ERR ${code} '${message}' answers ${statementOf(query)}`,
      }));
    }
  }

  breaches(report: Report): Breach[] {
    this.#addUnasked(report);
    return this.#judge(this.#found, report);
  }

  /** Errors that answer no command: a refused login, what a server sends before it hangs up. */
  #addUnasked(report: Report): void {
    for (const { connection, facts } of mysqlConversations(report)) {
      const { greeting, loginError } = facts;
      const streamError = facts.streamError?.packet ?? null;
      const unread = facts.unread.map(({ packet }) => packet);
      const stale = facts.mismatches.filter((m) => m.stale).map(({ packet }) => packet);
      for (const packet of new Set([greeting, loginError, ...unread, ...stale, streamError])) {
        if (packet !== null) this.#addNoted(packet, connection.number);
      }
    }
  }

  #addNoted({ error, frame, fromClient }: Noted, connection: number): void {
    if (error === null) return;
    const text = `ERR ${error.code} '${error.message}'`;
    this.#placesOf(error.code).add(() => ({ connection, frame, fromClient, text }));
  }

  #placesOf(code: number): Places {
    const places = this.#found.get(code) ?? new Places();
    this.#found.set(code, places);
    return places;
  }
}
