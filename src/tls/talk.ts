import { type Frame, secondsBetween } from '../capture/frame.ts';
import type { Arrival } from '../tcp/connection.ts';
import { ALERT, APPLICATION_DATA, RECORD_HEADER_BYTES } from './records.ts';

/** What one side sent, with nothing of the other in between and no pause. */
export interface Talk {
  readonly fromClient: boolean;
  readonly first: Frame;
  last: Frame;
  /** TCP stream offset behind it. */
  endOffset: number;
  /** How far its sender had acknowledged the other side when it began; or -1. */
  readonly acknowledged: number;
  /** Bytes of records, headers among them; alerts do not count. */
  bytes: number;
  /** Of its last record: the length in its header. */
  lastLength: number;
}

/** Silence of so many seconds ends what one side has to say: what comes then answers nothing. */
const PAUSE_SECONDS = 0.5;
/** The last that was said tells how a connection ended: a question, an answer, a word of farewell and one more. */
const MAX_KEPT = 6;
/** TLS 1.3: an alert and its type, with the tag. No MySQL packet is as short (RFC 8446, section 5.2). */
const ALERT_LENGTH_1_3 = 2 + 1 + 16;

/** TLS 1.3: a Finished of 32 or 48 bytes with its header, type and tag. */
const FINISHED_LENGTHS_1_3: ReadonlySet<number> = new Set(
  [32, 48].map((hash) => 4 + hash + 1 + 16),
);

class Side {
  /** Bytes of a header that has not come whole. */
  readonly header = new Uint8Array(RECORD_HEADER_BYTES);
  headerBytes = 0;
  /** Still to come of the record that has begun. */
  left = 0;
  /** The first record of the type for application data. */
  data: Frame | null = null;
  /** TLS 1.3: there was one as long as a Finished, and the first behind it. */
  hasFinished = false;
  moreData: Frame | null = null;
  isAlert = false;
  saidGoodbye = false;
}

/** Who spoke when inside TLS that nobody can read: directions, times and lengths of records, the last of them. */
export class TlsTalk {
  /** In order of time; at most `MAX_KEPT`. */
  readonly kept: Talk[] = [];
  /** Bytes are missing, or are no records: nothing can be said. */
  isBroken = false;
  readonly #client = new Side();
  readonly #server = new Side();

  /** Whether a side's stream ends within a record. */
  isCut(fromClient: boolean): boolean {
    const { left, headerBytes } = this.#side(fromClient);
    return left > 0 || headerBytes > 0;
  }

  /** What the client sent first behind its handshake, part of which looks like data in TLS 1.3; or null. */
  firstWords(is13: boolean): Frame | null {
    return is13 ? this.#client.moreData : this.#client.data;
  }

  /** Whether a side has sent an alert: mostly that it will send nothing more (close_notify). */
  saidGoodbye(fromClient: boolean): boolean {
    return this.#side(fromClient).saidGoodbye;
  }

  push(fromClient: boolean, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    const side = this.#side(fromClient);
    for (let pos = start; pos < end && !this.isBroken; ) {
      if (side.left > 0) {
        const taken = Math.min(side.left, end - pos);
        side.left -= taken;
        pos += taken;
        if (!side.isAlert) this.#extend(fromClient, arrival, pos - start);
        continue;
      }
      side.header[side.headerBytes++] = bytes[pos++]!;
      if (side.headerBytes < RECORD_HEADER_BYTES) continue;
      side.headerBytes = 0;
      this.#begin(fromClient, side, arrival, pos - start);
    }
  }

  #begin(fromClient: boolean, side: Side, arrival: Arrival, at: number): void {
    const { header } = side;
    const type = header[0]!;
    if (header[1] !== 3) {
      this.isBroken = true;
      return;
    }
    side.left = (header[3]! << 8) | header[4]!;
    side.isAlert = type === ALERT || (type === APPLICATION_DATA && side.left === ALERT_LENGTH_1_3);
    side.saidGoodbye ||= side.isAlert;
    if (side.isAlert) return;
    if (type === APPLICATION_DATA) {
      side.data ??= arrival.frame;
      if (side.hasFinished) side.moreData ??= arrival.frame;
      side.hasFinished ||= FINISHED_LENGTHS_1_3.has(side.left);
    }
    const talk = this.#extend(fromClient, arrival, at);
    talk.bytes += RECORD_HEADER_BYTES + side.left;
    talk.lastLength = side.left;
  }

  #extend(fromClient: boolean, { frame, offset, acknowledged }: Arrival, at: number): Talk {
    let talk = this.kept.at(-1);
    const pause = talk === undefined ? null : secondsBetween(talk.last, frame);
    const goesOn = talk?.fromClient === fromClient && (pause === null || pause < PAUSE_SECONDS);
    if (talk === undefined || !goesOn) {
      const from = { fromClient, first: frame, last: frame, acknowledged };
      talk = { ...from, endOffset: offset, bytes: 0, lastLength: 0 };
      if (this.kept.length === MAX_KEPT) this.kept.shift();
      this.kept.push(talk);
    }
    talk.last = frame;
    talk.endOffset = offset + at;
    return talk;
  }

  #side(fromClient: boolean): Side {
    return fromClient ? this.#client : this.#server;
  }
}
