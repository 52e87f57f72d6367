import type { Facts, Overlap } from '../mysql/facts.ts';

/**
 * Drivers that send commands ahead on purpose, by the `_client_name` of their connection attributes, in small
 * letters: MariaDB's for Node.js, Java and R2DBC ("mariadb"), MySqlConnector, Vert.x, Bun.
 */
const PIPELINING = /^(mariadb($| connector\/)|mysqlconnector|vertx-mysql|bun$)/;

/** Drivers that wait for each answer. */
const IN_LOCKSTEP =
  /^(pymysql|aiomysql|asyncmy|mysql-connector-(python|net)|mysqlnd|node-mysql-2|mysql connector( java|\/j)|go-mysql|libmysql|libmariadb|rust-mysql-simple)/;

/** Whether a driver sends a command only when it has read the answer to the one before; null if that is unknown. */
export function waitsForAnswers(clientName: string | null): boolean | null {
  const name = clientName?.toLowerCase() ?? '';
  if (PIPELINING.test(name)) return false;
  return IN_LOCKSTEP.test(name) ? true : null;
}

/**
 * Whether commands were sent ahead on purpose, by what their sender does. Two users write apart, each when it has
 * its answer; who sends ahead writes many together, or one behind the other before anything of an answer has come, and
 * takes all answers. `waits` as of `waitsForAnswers`; `isBroken`: the client hung up on answers.
 */
export function isOnPurpose(
  { overlaps, pending }: Facts,
  waits: boolean | null,
  isBroken: boolean,
): boolean {
  const together = overlaps.filter(isTogether);
  if (waits === null && together.length > 0 && (!isBroken || together.some(isThird))) return true;
  if (isBroken || pending !== null) return false;
  if (waits === null && overlaps.some(({ outstanding }) => outstanding >= MANY_AHEAD)) return true;
  return overlaps.some(isThird) && overlaps.every(isInOneFlight);
}

/** So many commands in flight of so many users would not go well for long. */
const MANY_AHEAD = 4;

function isTogether({ command, before }: Overlap): boolean {
  return command.frame.number === before.frame.number;
}

function isThird({ outstanding }: Overlap): boolean {
  return outstanding > 1;
}

/** Nothing had come between the two commands. */
function isInOneFlight({ command, before }: Overlap): boolean {
  return command.acknowledged >= 0 && command.acknowledged === before.acknowledged;
}
