import { ByteQueue } from '../bytes/byte-queue.ts';
import type { Frame } from '../capture/frame.ts';
import { HEADER_BYTES, MAX_PART_LENGTH, u24 } from './framing.ts';
import { behind, type Run } from './recognition.ts';
import { asksForAck, isAnswerPacket, isTerminator, replyTo } from './recognize.ts';

/**
 * Headers in a row, each where the length of the one before says and with the id that follows, that prove
 * where packets start. One such link is chance once in some thousand places of data full of zeros; three
 * behind one another are not.
 */
const PROOF_LINKS = 3;

/** Bytes held in which a packet's start is sought: four large rows. Beyond, they are let go. */
const MAX_SOUGHT_BYTES = 256 * 1024;

/**
 * Finds where the server's packets start again after bytes that are not in the capture: nothing marks a
 * packet's start, but what stands behind it proves it.
 */
export class PacketSeek {
  #runs: Run[] = [];
  readonly #queue = new ByteQueue(0);
  /** Bytes at which it looks again: twice as many each time, so that many small segments cost no more. */
  #lookAt = 0;

  /** Bytes let go because no packet was found in them. */
  skipped = 0;

  /** The frame of the first byte held, or null. */
  get since(): Frame | null {
    return this.#runs[0]?.frame ?? null;
  }

  /** Bytes behind those that are held are missing, too. */
  clear(): void {
    this.skipped += this.#queue.length;
    this.#runs = [];
    this.#queue.clear();
    this.#lookAt = 0;
  }

  /** Takes the next bytes; returns those from the first packet on, or null while none is proven. */
  offer(run: Run): Run[] | null {
    this.#runs.push(run);
    this.#queue.append(run.bytes, 0, run.bytes.length);
    if (this.#queue.length < this.#lookAt) return null;
    this.#lookAt = this.#queue.length * 2;
    return this.#look(false);
  }

  /** No more will come of this answer: the same, where its end is a sign, too. */
  finish(): Run[] | null {
    return this.#look(true);
  }

  #look(isEnd: boolean): Run[] | null {
    const { bytes, length } = this.#queue;
    for (let at = 0; at + HEADER_BYTES < length; at++) {
      if (!isPacketStart(bytes, at, length, isEnd)) continue;
      this.skipped += at;
      return behind(this.#runs, at);
    }
    if (isEnd || length > MAX_SOUGHT_BYTES) this.clear();
    return null;
  }
}

/** Whether packets of one answer follow one another from `start` on. */
function isPacketStart(bytes: Uint8Array, start: number, end: number, isEnd: boolean): boolean {
  let at = start;
  for (let links = 0; links < PROOF_LINKS; links++) {
    const length = u24(bytes, at);
    const next = at + HEADER_BYTES + length;
    if (length === 0 || length === MAX_PART_LENGTH || next > end) return false;
    if (next === end && isEnd) {
      const isWhole = start === 0 && bytes[HEADER_BYTES - 1] === 1;
      if (links === 0) return isWhole && replyTo(bytes, HEADER_BYTES, end) !== null;
      if (isTerminator(bytes, at + HEADER_BYTES, end)) break;
    }
    if (next + HEADER_BYTES > end) return false;
    const startsAnew = asksForAck(bytes, at + HEADER_BYTES, next, length) === true;
    if (bytes[next + 3] !== (startsAnew ? 1 : (bytes[at + 3]! + 1) & 0xff)) return false;
    at = next;
  }
  const body = start + HEADER_BYTES;
  return isAnswerPacket(bytes, body, body + u24(bytes, start));
}
