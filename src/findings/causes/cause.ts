import { type Frame, secondsBetween } from '../../capture/frame.ts';
import type { Mismatch, Noted } from '../../mysql/facts.ts';
import type { Cause, Evidence, Subject } from '../finding.ts';

/** What lies behind a wrong sequence id: why it happened, what proves it, what to do. */
export interface Explanation {
  readonly cause: Cause;
  readonly evidence: readonly Evidence[];
  readonly advice: string;
}

/** Recognises one cause; null where the mismatch does not fit it. */
export type Explain = (mismatch: Mismatch, subject: Subject) => Explanation | null;

/** "2.003 s", or "an unknown time" where the capture has no time stamps. */
export function lapse(from: Frame, to: Frame): string {
  const seconds = secondsBetween(from, to);
  if (seconds === null) return 'an unknown time';
  return seconds < 1 ? `${round(seconds * 1000)} ms` : `${round(seconds)} s`;
}

function round(value: number): string {
  return String(Number(value.toFixed(value < 10 ? 2 : 1)));
}

/** "ERR 1159 'Got timeout reading communication packets' (sequence id 1)" */
export function describe(packet: Noted): string {
  const { error, sequenceId, type } = packet;
  const what = error === null ? type : `ERR ${error.code} '${error.message}'`;
  return `${what} (sequence id ${sequenceId})`;
}

/** What the reader had asked, if anything, and the packet that came with another number than was due. */
export function misnumberedEvidence({ packet, readFor, expected }: Mismatch): Evidence[] {
  const asked =
    readFor === null
      ? []
      : [{ frame: readFor.frame, text: `the client sends ${describe(readFor)}` }];
  return [
    ...asked,
    {
      frame: packet.frame,
      text: `${sender(packet)} sends ${describe(packet)} where ${expected} is due`,
    },
  ];
}

export function sender(packet: Noted): string {
  return packet.fromClient ? 'the client' : 'the server';
}

/**
 * Whether `packet` was sent before the peer's `other` had reached its sender, by the acknowledgment
 * that it carries; null where the capture does not tell.
 */
export function sentWithoutHaving(packet: Noted, other: Noted): boolean | null {
  return packet.acknowledged < 0 ? null : packet.acknowledged < other.endOffset;
}
