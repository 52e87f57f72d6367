import type { Mismatch } from '../mysql/facts.ts';
import type { Diagnosis, Subject } from './cause.ts';
import { firstMismatch, wrongNumber } from './mismatch.ts';

/** Characters of a banner that are shown. */
const SHOWN = 40;

/** What one side's first bytes are, where they are no MySQL. */
interface Foreign {
  /** As a string literal. */
  readonly first: string;
  /** "but HTTP", where the protocol is known. */
  readonly but: string;
  readonly mismatch: Mismatch;
}

/** Bytes that are no MySQL packet where a greeting or a login is due. */
export function foreign(
  subject: Subject,
  fromClient: boolean,
  tell: (foreign: Foreign) => Pick<Diagnosis, 'summary'> & Partial<Diagnosis>,
): Diagnosis | null {
  const mismatch = firstMismatch(subject);
  if (mismatch === null || mismatch.banner === '') return null;
  const { packet, banner, protocol = null } = mismatch;
  if (packet.fromClient !== fromClient) return null;
  const first = JSON.stringify(banner.slice(0, SHOWN));
  const but = protocol === null ? '' : ` but ${protocol}`;
  const who = fromClient ? 'client' : 'server';
  return wrongNumber(mismatch, subject, {
    certainty: 'proven',
    evidence: [{ frame: packet.frame, text: `the ${who}'s first bytes are ${first}` }],
    key: protocol ?? 'unknown',
    ...tell({ first, but, mismatch }),
  });
}
