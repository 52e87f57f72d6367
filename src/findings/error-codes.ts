import {
  CLOSED_BEFORE,
  DENIED,
  KILLED,
  LOCKED_ON_HOSTGROUP,
  LOST,
  type Meaning,
  MISSHAPEN,
  NEEDS_TLS_OR_KEY,
  NEW_METADATA,
  NO_BACKEND,
  NO_PLUGIN,
  NO_SOCKET,
  NOT_CONNECTED,
  NOT_IN_THE_CLUSTER,
  NOT_MYSQL,
  POOL_OR_SERVER,
  REJECTED,
  ROLLED_BACK,
  SERVER_WITHOUT_TLS,
  STRAY,
  TLS_BROKE,
  TOO_LONG,
  TOO_LONG_TO_READ,
  UNANSWERED,
  UNKNOWN_HOST,
  UNREACHABLE,
  UNREAD,
  UNTRUSTED,
} from './meanings.ts';

/** An ERR that a server sends; drivers show its text, with or without its code. */
export interface ErrorSpec {
  readonly code: number;
  /** Of the English message, with `{…}` as above. */
  readonly text: string;
  /** It comes before the login, where an ERR has no SQL state. */
  readonly beforeLogin?: true;
  readonly causes: readonly string[];
  /** Who sends it, if not the server, and what it means, where its text does not say. */
  readonly by?: string;
  readonly means?: string;
}

/** What servers say in an ERR that is more than the answer to a statement. */
export const ERRORS: readonly ErrorSpec[] = [
  {
    code: 4031,
    text: 'The client was disconnected by the server because of inactivity. See wait_timeout and interactive_timeout for configuring this behavior.',
    causes: ['idle-timeout'],
  },
  {
    code: 1040,
    text: 'Too many connections',
    beforeLogin: true,
    causes: ['too-many-connections'],
  },
  {
    code: 1129,
    text: 'is blocked because of many connection errors',
    beforeLogin: true,
    causes: ['host-blocked'],
  },
  {
    code: 1130,
    text: 'is not allowed to connect to this',
    beforeLogin: true,
    causes: ['host-not-allowed'],
  },
  { code: 1130, text: 'Proxy header is not accepted from 127.0.0.1', causes: ['proxy-header'] },
  { code: 1130, text: 'Proxy header is not accepted from', causes: ['proxy-header'] },
  {
    code: 1153,
    text: "Got a packet bigger than 'max_allowed_packet' bytes",
    causes: ['packet-too-large'],
  },
  {
    code: 1156,
    text: 'Got packets out of order',
    causes: [
      'client-numbering',
      'proxy-header',
      'not-mysql-client',
      'infile-broken-off',
      'wrong-splitting',
      'misnumbered-by-client',
    ],
  },
  {
    code: 1159,
    text: 'Got timeout reading communication packets',
    causes: ['login-timeout', 'login-held-up', 'idle-timeout', 'server-read-timeout'],
  },
  {
    code: 1158,
    text: 'Got an error reading communication packets',
    causes: ['client-left', 'client-gave-up', 'server-read-error'],
  },
  {
    code: 1161,
    text: 'Got timeout writing communication packets',
    causes: ['net-write-timeout'],
  },
  {
    code: 1160,
    text: 'Got an error writing communication packets',
    causes: ['client-gave-up', 'client-left', 'net-write-timeout'],
  },
  { code: 1927, text: 'Connection was killed', causes: ['killed', 'server-stopped'] },
  {
    code: 1969,
    text: 'max_statement_time exceeded',
    causes: [],
    means:
      'The statement ran for longer than max_statement_time allows, and the server stopped it. The connection goes on.',
  },
  {
    code: 3024,
    text: 'maximum statement execution time exceeded',
    causes: [],
    means:
      'The statement ran for longer than max_execution_time allows, and the server stopped it. The connection goes on.',
  },
  { code: 1317, text: 'Query execution was interrupted', causes: ['killed'] },
  { code: 1053, text: 'Server shutdown in progress', causes: ['server-stopped'] },
  {
    code: 3032,
    text: 'The server is currently in offline mode',
    causes: ['offline-mode'],
  },
  {
    code: 1043,
    text: 'Bad handshake',
    causes: ['tls-failed', 'login-timeout', 'not-mysql-client'],
  },
  { code: 1045, text: 'Access denied for user', causes: ['access-denied'] },
  { code: 1698, text: 'Access denied for user', causes: ['access-denied'] },
  { code: 1049, text: 'Unknown database', causes: ['unknown-database'] },
  {
    code: 1203,
    text: "more than 'max_user_connections' active connections",
    causes: ['user-limit'],
  },
  { code: 1226, text: "has exceeded the '{…}' resource", causes: ['user-limit'] },
  { code: 1820, text: 'You must reset your password', causes: ['password-expired'] },
  { code: 1862, text: 'Your password has expired', causes: ['password-expired'] },
  { code: 3118, text: 'Account is locked', causes: ['account-locked'] },
  { code: 4151, text: 'this account is locked', causes: ['account-locked'] },
  {
    code: 3159,
    text: 'Connections using insecure transport are prohibited',
    causes: ['tls-required'],
  },
  {
    code: 1251,
    text: 'Client does not support authentication protocol requested by server',
    causes: ['plugin-unsupported'],
  },
  {
    code: 1236,
    text: 'fatal error {n} from {…} when reading data',
    causes: ['replication-stopped'],
  },
  {
    code: 4052,
    text: 'A slave with the same server_uuid/server_id is already connected',
    causes: ['replication-stopped'],
  },
  { code: 4082, text: 'Connection memory limit {n} bytes exceeded', causes: ['ended-by-error'] },
  {
    code: 4081,
    text: 'Global connection memory limit {n} bytes exceeded',
    causes: ['ended-by-error'],
  },
  { code: 1205, text: 'Lock wait timeout exceeded', causes: ['lock-wait'] },
  { code: 1213, text: 'Deadlock found when trying to get lock', causes: ['deadlock'] },
  { code: 1044, text: 'Access denied for user', causes: ['access-denied'] },
  { code: 1524, text: "Plugin '{…}' is not loaded", causes: ['plugin-unsupported'] },
  {
    code: 1047,
    text: 'WSREP has not yet prepared node for application use',
    ...NOT_IN_THE_CLUSTER,
  },
  {
    code: 1047,
    text: 'Unknown command',
    causes: ['malformed-command', 'client-numbering', 'wrong-splitting', 'shared-connection'],
    means:
      'The server does not know the command that a packet begins with: an old one that it no longer has (MySQL 9 lacks COM_PROCESS_KILL and others), or a packet that was not meant as one.',
  },
  {
    code: 1210,
    text: 'Incorrect arguments to',
    causes: ['malformed-command'],
    means:
      'The server could not make sense of what a command brought with it: mostly the parameters of an EXECUTE, which the driver has encoded wrongly. The packet before the answer shows it.',
  },
  {
    code: 1835,
    text: 'Malformed communication packet',
    causes: ['malformed-command', 'client-numbering', 'wrong-splitting'],
    means:
      'The server could not decode what the client sent: a packet that is too short for what its command needs. The packet before the answer shows it.',
  },
  {
    code: 1243,
    text: 'Unknown prepared statement handler',
    causes: ['malformed-command', 'shared-connection'],
    means:
      'The client executed a statement that this connection has not prepared, or has closed: a reconnect or COM_RESET_CONNECTION in between, a proxy that sent PREPARE elsewhere, or another user of the connection.',
  },
  { code: 9001, by: 'ProxySQL', text: 'Max connect timeout reached while', ...NO_BACKEND },
  { code: 9002, by: 'ProxySQL', text: 'Max connect failure while', ...NO_BACKEND },
  { code: 9006, by: 'ProxySQL', text: 'connection is locked to hostgroup', ...LOCKED_ON_HOSTGROUP },
  { code: 9005, by: 'ProxySQL', text: 'while locked on HG', ...LOCKED_ON_HOSTGROUP },
];

/** The servers' names for them. */
export const ERROR_NAMES: ReadonlyMap<number, string> = new Map([
  [1040, 'ER_CON_COUNT_ERROR'],
  [1043, 'ER_HANDSHAKE_ERROR'],
  [1044, 'ER_DBACCESS_DENIED_ERROR'],
  [1045, 'ER_ACCESS_DENIED_ERROR'],
  [1047, 'ER_UNKNOWN_COM_ERROR'],
  [1049, 'ER_BAD_DB_ERROR'],
  [1053, 'ER_SERVER_SHUTDOWN'],
  [1129, 'ER_HOST_IS_BLOCKED'],
  [1130, 'ER_HOST_NOT_PRIVILEGED'],
  [1153, 'ER_NET_PACKET_TOO_LARGE'],
  [1156, 'ER_NET_PACKETS_OUT_OF_ORDER'],
  [1158, 'ER_NET_READ_ERROR'],
  [1159, 'ER_NET_READ_INTERRUPTED'],
  [1160, 'ER_NET_ERROR_ON_WRITE'],
  [1161, 'ER_NET_WRITE_INTERRUPTED'],
  [1203, 'ER_TOO_MANY_USER_CONNECTIONS'],
  [1205, 'ER_LOCK_WAIT_TIMEOUT'],
  [1210, 'ER_WRONG_ARGUMENTS'],
  [1213, 'ER_LOCK_DEADLOCK'],
  [1226, 'ER_USER_LIMIT_REACHED'],
  [1236, 'ER_MASTER_FATAL_ERROR_READING_BINLOG'],
  [1243, 'ER_UNKNOWN_STMT_HANDLER'],
  [1251, 'ER_NOT_SUPPORTED_AUTH_MODE'],
  [1317, 'ER_QUERY_INTERRUPTED'],
  [1524, 'ER_PLUGIN_IS_NOT_LOADED'],
  [1698, 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR'],
  [1820, 'ER_MUST_CHANGE_PASSWORD'],
  [1835, 'ER_MALFORMED_PACKET'],
  [1862, 'ER_MUST_CHANGE_PASSWORD_LOGIN'],
  [1927, 'ER_CONNECTION_KILLED'],
  [1969, 'ER_STATEMENT_TIMEOUT'],
  [3024, 'ER_QUERY_TIMEOUT'],
  [3032, 'ER_SERVER_OFFLINE_MODE'],
  [3118, 'ER_ACCOUNT_HAS_BEEN_LOCKED'],
  [3159, 'ER_SECURE_TRANSPORT_REQUIRED'],
  [4031, 'ER_CLIENT_INTERACTION_TIMEOUT'],
  [4081, 'ER_DA_GLOBAL_CONN_LIMIT'],
  [4082, 'ER_DA_CONN_LIMIT'],
  [4151, 'ER_ACCOUNT_HAS_BEEN_LOCKED'],
]);

/** An error of a driver's own, with its number and its name. */
export interface DriverErrorSpec {
  readonly by: string;
  readonly code: number;
  readonly name: string;
  readonly meaning: Meaning;
}

const LIBMYSQLCLIENT = 'libmysqlclient and what is like it';
const MARIADB_NODE = 'mariadb (Node.js)';

/** Of what drivers number themselves, what has to do with a connection. */
export const DRIVER_ERRORS: readonly DriverErrorSpec[] = [
  ...numbered(LIBMYSQLCLIENT, [
    [2002, 'CR_CONNECTION_ERROR', NO_SOCKET],
    [2003, 'CR_CONN_HOST_ERROR', NOT_CONNECTED],
    [2005, 'CR_UNKNOWN_HOST', UNKNOWN_HOST],
    [2006, 'CR_SERVER_GONE_ERROR', LOST],
    [2007, 'CR_VERSION_ERROR', NOT_MYSQL],
    [2012, 'CR_SERVER_HANDSHAKE_ERR', NOT_MYSQL],
    [2013, 'CR_SERVER_LOST', LOST],
    [2014, 'CR_COMMANDS_OUT_OF_SYNC', UNREAD],
    [2020, 'CR_NET_PACKET_TOO_LARGE', TOO_LONG_TO_READ],
    [2026, 'CR_SSL_CONNECTION_ERROR', TLS_BROKE],
    [2027, 'CR_MALFORMED_PACKET', MISSHAPEN],
    [2055, 'CR_SERVER_LOST_EXTENDED', LOST],
    [2057, 'CR_NEW_STMT_METADATA', NEW_METADATA],
    [2059, 'CR_AUTH_PLUGIN_CANNOT_LOAD', NO_PLUGIN],
    [2061, 'CR_AUTH_PLUGIN_ERR', NEEDS_TLS_OR_KEY],
  ]),
  ...numbered(MARIADB_NODE, [
    [45004, 'ER_CMD_NOT_EXECUTED_DESTROYED', CLOSED_BEFORE],
    [45009, 'ER_SOCKET_UNEXPECTED_CLOSE', LOST],
    [45011, 'ER_UNEXPECTED_PACKET', STRAY],
    [45012, 'ER_CONNECTION_TIMEOUT', UNREACHABLE],
    [45013, 'ER_CMD_CONNECTION_CLOSED', CLOSED_BEFORE],
    [45014, 'ER_CHANGE_USER_BAD_PACKET', MISSHAPEN],
    [45015, 'ER_PING_BAD_PACKET', MISSHAPEN],
    [45020, 'ER_EOF_EXPECTED', MISSHAPEN],
    [45023, 'ER_SERVER_SSL_DISABLED', SERVER_WITHOUT_TLS],
    [45024, 'ER_AUTHENTICATION_BAD_PACKET', MISSHAPEN],
    [45025, 'ER_AUTHENTICATION_PLUGIN_NOT_SUPPORTED', NO_PLUGIN],
    [45026, 'ER_SOCKET_TIMEOUT', UNANSWERED],
    [45028, 'ER_GET_CONNECTION_TIMEOUT', POOL_OR_SERVER],
    [45032, 'ER_RESET_BAD_PACKET', MISSHAPEN],
    [45042, 'ER_PING_TIMEOUT', UNANSWERED],
    [45044, 'ER_CANNOT_RETRIEVE_RSA_KEY', NEEDS_TLS_OR_KEY],
    [45046, 'ER_MAX_ALLOWED_PACKET', TOO_LONG],
    [45047, 'ER_NOT_SUPPORTED_AUTH_PLUGIN', NO_PLUGIN],
    [45056, 'ER_SELF_SIGNED', UNTRUSTED],
    [45057, 'ER_SELF_SIGNED_NO_PWD', UNTRUSTED],
    [45061, 'ER_POOL_NO_CONNECTION', POOL_OR_SERVER],
    [45062, 'ER_SELF_SIGNED_BAD_PLUGIN', UNTRUSTED],
  ]),
];

function numbered(
  by: string,
  rows: readonly (readonly [code: number, name: string, meaning: Meaning])[],
): DriverErrorSpec[] {
  return rows.map(([code, name, meaning]) => ({ by, code, name, meaning }));
}

/** SQLSTATEs that tell something where nothing else is said. */
export const SQL_STATES: ReadonlyMap<string, Meaning> = new Map([
  ['08S01', LOST],
  ['08001', NOT_CONNECTED],
  ['08003', CLOSED_BEFORE],
  ['08004', REJECTED],
  ['28000', DENIED],
  ['40001', ROLLED_BACK],
  ['70100', KILLED],
]);
