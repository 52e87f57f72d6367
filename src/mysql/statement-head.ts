import { Cursor } from '../bytes/cursor.ts';
import type { Packet } from './packet.ts';
import { redactSecrets } from './redact.ts';
import type { Session } from './session.ts';
import { startOfSql } from './statement-facts.ts';

/** Bytes of a statement that are kept: enough to find it in a program again. */
const KEPT_BYTES = 96;

/** The beginning of a connection's last statement, which nobody decodes unless a finding may have to name it. */
export class StatementHead {
  readonly #bytes = new Uint8Array(KEPT_BYTES);
  #length = 0;
  #isCut = false;

  /** Takes the statement of a COM_QUERY or COM_STMT_PREPARE; of other commands there is none. */
  take({ bytes, start, end, length }: Packet, hasStatement: boolean, session: Session): void {
    this.#length = 0;
    if (!hasStatement) return;
    const from = startOfSql(bytes, start, end, session);
    const kept = Math.min(end - from, KEPT_BYTES);
    const into = this.#bytes;
    for (let at = 0; at < kept; at++) into[at] = bytes[from + at]!;
    this.#length = Math.max(0, kept);
    this.#isCut = from - start + kept < length;
  }

  /** On one line; null where there is none. */
  text({ clientCharset }: Session): string | null {
    if (this.#length === 0) return null;
    const cursor = new Cursor().aim(this.#bytes, 0, this.#length);
    cursor.charset = clientCharset;
    const sql = redactSecrets(cursor, cursor.restText('sql')).replaceAll(/\s+/g, ' ').trim();
    return this.#isCut ? `${sql} ...` : sql;
  }
}
