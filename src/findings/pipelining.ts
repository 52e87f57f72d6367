/** Drivers that send commands ahead on purpose: `_client_name` of the connection attributes, in small letters. */
const PIPELINING = /^(mariadb connector\/(node|j)|mariadb-connector-|mysqlconnector|r2dbc|vertx)/;

/** Drivers that wait for each answer: `_client_name`. */
const IN_LOCKSTEP =
  /^(pymysql|aiomysql|asyncmy|mysqlclient|mysqlnd|node-mysql-2|mysql-connector-python|mysql connector\/j|go-mysql-driver|libmysql|ruby-mysql|trilogy|sqlx)/;

/** Whether a driver sends a command only when it has read the answer to the one before; null if that is unknown. */
export function waitsForAnswers(clientName: string | null): boolean | null {
  const name = clientName?.toLowerCase() ?? '';
  if (PIPELINING.test(name)) return false;
  return IN_LOCKSTEP.test(name) ? true : null;
}
