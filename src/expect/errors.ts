import type { Report } from '../analysis/report.ts';
import type { Noted } from '../mysql/facts.ts';
import type { Query } from '../mysql/query.ts';
import { describe, itemsOf, type Written, WrittenFault } from '../written/written.ts';
import { countBreaches, mysqlConversations } from './counts.ts';
import { decodeRange } from './range.ts';
import { type Breach, Places, type Watch } from './watch.ts';

/** A number or range of ERRs; or a list: these codes, each at least once, and no others. */
export function errors(written: Written, key: string): Watch {
  if (written.kind === 'list') return new ErrorCodes(codesOf(written));
  const range = decodeRange(written, key);
  return {
    breaches(report) {
      const total = mysqlConversations(report).reduce((sum, { errors }) => sum + errors, 0);
      return countBreaches(total, range, null);
    },
  };
}

/** Codes have 16 bits. */
const MAX_CODE = 0xffff;

function codesOf(written: Written): number[] {
  return itemsOf(written).map((item) => {
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

class ErrorCodes implements Watch {
  readonly #expected: readonly number[];
  readonly #found = new Map<number, Places>();

  constructor(expected: readonly number[]) {
    this.#expected = expected;
  }

  onQuery({ connection, responses, sql, command }: Query): void {
    for (const { error, frame } of responses) {
      if (error === null || frame === null) continue;
      const { code, message } = error;
      this.#placesOf(code as number).add(() => ({
        connection,
        frame,
        fromClient: false,
        text: `ERR ${code} '${message}' answers ${sql ?? command}`,
      }));
    }
  }

  breaches(report: Report): Breach[] {
    this.#addUnasked(report);
    const expected = this.#expected.join(', ') || 'none';
    const missing = this.#expected.filter((code) => !this.#found.has(code));
    const surplus = [...this.#found].filter(([code]) => !this.#expected.includes(code));
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

  /** Errors that answer no command: a refused login, what a server sends before it hangs up. */
  #addUnasked(report: Report): void {
    for (const { connection, facts } of mysqlConversations(report)) {
      const unread = facts.unread.map(({ packet }) => packet);
      const stale = facts.mismatches.filter((m) => m.stale).map(({ packet }) => packet);
      for (const packet of [facts.loginError, ...unread, ...stale]) {
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
