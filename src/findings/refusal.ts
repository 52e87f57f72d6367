import type { ServerError } from '../mysql/facts.ts';
import type { Diagnosis, Subject } from './cause.ts';
import { refusalTexts } from './drivers.ts';
import type { Advice, Evidence } from './finding.ts';
import { firstMismatch, wrongNumber } from './mismatch.ts';
import { describe, inOrder } from './words.ts';

/** What a cause adds to a refusal. */
interface Told {
  /** Sentences behind what the server said. */
  readonly summary?: string;
  readonly evidence?: readonly Evidence[];
  readonly advice?: Advice;
}

/** C7: an ERR in place of the greeting. */
export function refusedWith(
  subject: Subject,
  isMeant: (error: ServerError) => boolean,
  tell: () => Told = () => ({}),
): Diagnosis | null {
  const { greeting } = subject.facts;
  if (greeting === null || greeting.error === null || !isMeant(greeting.error)) return null;
  const { error } = greeting;
  const { summary = '', evidence = [], advice } = tell();
  const more = summary === '' ? '' : ` ${summary}`;
  const said = `The server refused the connection before it greeted: ERR ${error.code} '${error.message}'.`;
  const told = {
    certainty: 'proven',
    evidence: inOrder([
      ...evidence,
      {
        frame: greeting.frame,
        text: `in place of a greeting the server sends ${describe(greeting)}`,
      },
    ]),
    key: String(error.code),
    ...(advice !== undefined && { advice }),
  } as const;
  const mismatch = firstMismatch(subject);
  if (mismatch !== null && mismatch.packet.frame === greeting.frame) {
    return wrongNumber(mismatch, subject, {
      ...told,
      summary: `${said} It numbered the error ${greeting.sequenceId} where 0 is due, as some versions of MariaDB 10.2 to 10.4 do, so the driver hid the message.${more}`,
      severity: 'error',
    });
  }
  return {
    ...told,
    frame: greeting.frame,
    fromClient: false,
    message: `The server refused the connection: ERR ${error.code} '${error.message}'`,
    summary: `${said}${more}`,
    drivers: refusalTexts(error),
  };
}
