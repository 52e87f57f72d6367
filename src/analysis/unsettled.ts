import { type Frame, secondsBetween } from '../capture/frame.ts';
import type { Connection } from '../tcp/connection.ts';

/**
 * Connections that have something which has not arrived whole, and for which the records behind it wait.
 *
 * Not for ever: a hole in a connection that has gone quiet, or a packet whose sender is dead, would stop
 * a view that is watched live. A connection that lets wait for too long is _overdue_: what it brings then
 * comes late. When that is depends on the capture's time alone, never on the clock or on how its bytes
 * came in.
 */
export class Unsettled {
  readonly #patience: number;
  /** Since when the connection has something incomplete, or null. */
  readonly #since: (connection: Connection) => Frame | null;
  readonly #awaited = new Set<Connection>();
  /** Not waited for while something is incomplete that had started by that frame. */
  readonly #overdue = new Map<Connection, number>();
  /** The capture's latest second. */
  #second = Number.NEGATIVE_INFINITY;

  /** @param patience  capture seconds to wait */
  constructor(patience: number, since: (connection: Connection) => Frame | null) {
    this.#patience = patience;
    this.#since = since;
  }

  get size(): number {
    return this.#awaited.size;
  }

  /** The connection has something incomplete. */
  add(connection: Connection): void {
    const passed = this.#overdue.get(connection);
    if (passed !== undefined) {
      if (this.#numberOf(connection) <= passed) return;
      this.#overdue.delete(connection);
    }
    this.#awaited.add(connection);
  }

  delete(connection: Connection): void {
    this.#awaited.delete(connection);
    this.#overdue.delete(connection);
  }

  isOverdue(connection: Connection): boolean {
    return this.#overdue.has(connection);
  }

  /** The lowest frame that records wait for. */
  get first(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const connection of this.#awaited) first = Math.min(first, this.#numberOf(connection));
    return first;
  }

  /** The capture's time goes on. */
  tick(now: Frame): void {
    if (now.digits < 0 || now.seconds <= this.#second) return;
    this.#second = now.seconds;
    for (const connection of this.#awaited) {
      const since = this.#since(connection);
      if (since === null || (secondsBetween(since, now) ?? 0) <= this.#patience) continue;
      this.#pass(connection, now);
    }
  }

  /** Nothing is waited for any more. */
  giveUp(now: Frame): void {
    for (const connection of this.#awaited) this.#pass(connection, now);
  }

  #pass(connection: Connection, now: Frame): void {
    this.#awaited.delete(connection);
    this.#overdue.set(connection, now.number);
  }

  #numberOf(connection: Connection): number {
    return this.#since(connection)?.number ?? Number.POSITIVE_INFINITY;
  }
}
