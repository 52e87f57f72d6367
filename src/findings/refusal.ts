import type { ServerError } from '../mysql/facts.ts';
import type { Diagnosis, Subject } from './cause.ts';
import { firstMismatch, wrongNumber } from './mismatch.ts';
import { describe } from './words.ts';

/** C7: an ERR in place of the greeting. */
export function refusedWith(
  subject: Subject,
  isMeant: (error: ServerError) => boolean,
): Diagnosis | null {
  const { greeting } = subject.facts;
  if (greeting === null || greeting.error === null || !isMeant(greeting.error)) return null;
  const { error } = greeting;
  const said = `The server refused the connection before it greeted: ERR ${error.code} '${error.message}'.`;
  const evidence = [
    {
      frame: greeting.frame,
      text: `in place of a greeting the server sends ${describe(greeting)}`,
    },
  ];
  const mismatch = firstMismatch(subject);
  if (mismatch !== null && mismatch.packet.frame === greeting.frame) {
    return wrongNumber(mismatch, subject, {
      summary: `${said} It numbered the error ${greeting.sequenceId} where 0 is due, as MariaDB 10.2 to 10.4 do, so the driver hid the message.`,
      certainty: 'proven',
      evidence,
      severity: 'error',
      key: String(error.code),
    });
  }
  return {
    frame: greeting.frame,
    fromClient: false,
    message: `The server refused the connection: ERR ${error.code} '${error.message}'`,
    summary: said,
    certainty: 'proven',
    evidence,
    key: String(error.code),
  };
}
