import type { Mismatch } from '../mysql/facts.ts';
import type { Diagnosis, Subject } from './cause.ts';
import { compressedTexts, readerTexts, serverTexts } from './drivers.ts';
import type { DriverText, Evidence } from './finding.ts';
import { describe, sender } from './words.ts';

/** What goes wrong first makes the rest go wrong, too. */
export function firstMismatch({ facts }: Subject): Mismatch | null {
  return facts.mismatches[0] ?? null;
}

type Explanation = Pick<Diagnosis, 'summary' | 'certainty' | 'evidence'> & Partial<Diagnosis>;

/** A packet whose sequence id is not the one its reader expects, and why. */
export function wrongNumber(
  mismatch: Mismatch,
  { facts }: Subject,
  explanation: Explanation,
): Diagnosis {
  const { packet, got, expected } = mismatch;
  // Another protocol's fourth byte can happen to be the right number.
  const isWrong = got !== expected;
  // What the other side then answers follows from it.
  const others = facts.mismatches.filter((m) => m.packet.fromClient !== packet.fromClient).length;
  return {
    frame: packet.frame,
    fromClient: packet.fromClient,
    ...(isWrong && { got, expected }),
    message: isWrong
      ? `Packet sequence number wrong - got ${got} expected ${expected}`
      : `The ${packet.fromClient ? 'client' : 'server'} does not speak MySQL`,
    drivers: driverTexts(mismatch, facts.serverFin !== null),
    occurrences: facts.mismatchCount - others,
    ...explanation,
  };
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

/** Further packets of the same kind that are named. */
const REPEATS = 2;

export function repeats(mismatch: Mismatch, { facts }: Subject): Evidence[] {
  const others = facts.mismatches.filter(
    (other) => other !== mismatch && other.packet.fromClient === mismatch.packet.fromClient,
  );
  return others.slice(0, REPEATS).map(({ packet, got, expected }) => ({
    frame: packet.frame,
    text: `again: got ${got}, expected ${expected}`,
  }));
}

function driverTexts(mismatch: Mismatch, serverCloses: boolean): readonly DriverText[] {
  const { packet, got, expected } = mismatch;
  if (got === expected) return [];
  if (packet.fromClient) return serverTexts(got, expected);
  return packet.type === 'CompressedPacket'
    ? compressedTexts(mismatch)
    : readerTexts(mismatch, serverCloses);
}
