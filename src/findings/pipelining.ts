/**
 * Drivers that send commands ahead on purpose, by the `_client_name` of their connection attributes, in small
 * letters: MariaDB's for Node.js, Java and R2DBC ("mariadb"), MySqlConnector, Vert.x.
 */
const PIPELINING = /^(mariadb($| connector\/)|mysqlconnector|vertx-mysql)/;

/** Drivers that wait for each answer. */
const IN_LOCKSTEP =
  /^(pymysql|aiomysql|asyncmy|mysql-connector-(python|net)|mysqlnd|node-mysql-2|mysql connector( java|\/j)|go-mysql|libmysql|libmariadb|rust-mysql-simple)/;

/** Whether a driver sends a command only when it has read the answer to the one before; null if that is unknown. */
export function waitsForAnswers(clientName: string | null): boolean | null {
  const name = clientName?.toLowerCase() ?? '';
  if (PIPELINING.test(name)) return false;
  return IN_LOCKSTEP.test(name) ? true : null;
}
