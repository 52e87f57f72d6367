import { type Frame, lapseBetween } from '../capture/frame.ts';
import type { Noted } from '../mysql/facts.ts';
import type { Evidence } from './finding.ts';

/** "2.003 s", or "an unknown time" where the capture has no time stamps, or its clock went back. */
export function lapse(from: Frame, to: Frame): string {
  const seconds = lapseBetween(from, to);
  if (seconds === null) return 'an unknown time';
  return seconds < 1 ? `${round(seconds * 1000)} ms` : `${round(seconds)} s`;
}

function round(value: number): string {
  return String(Number(value.toFixed(value < 10 ? 2 : 1)));
}

/** "ERR 1159 'Got timeout reading communication packets' (sequence id 1)" */
export function describe(packet: Noted): string {
  const { error, sequenceId, type } = packet;
  if (type === 'TlsRecords') return `${packet.length} bytes in TLS`;
  const what = error === null ? type : `ERR ${error.code} '${error.message}'`;
  const statement = packet.statement === null ? '' : ` ${packet.statement}`;
  return `${what}${statement} (sequence id ${sequenceId})`;
}

export function sender(packet: Noted): string {
  return packet.fromClient ? 'the client' : 'the server';
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "1 command", "2 commands" */
export function several(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

export function inOrder(evidence: Evidence[]): Evidence[] {
  return evidence.sort((a, b) => a.frame.number - b.frame.number);
}

/**
 * Whether `packet` was sent before the peer's `other` had reached its sender, by the acknowledgment
 * that it carries; null where the capture does not tell.
 */
export function sentWithoutHaving(packet: Noted, other: Noted): boolean | null {
  return packet.acknowledged < 0 ? null : packet.acknowledged < other.endOffset;
}
