import { type Charset, charsetNamed, UTF8 } from '../bytes/charset.ts';
import type { Effect } from './answer.ts';
import type { BinlogState } from './binlog/state.ts';
import { CLIENT_PROTOCOL_41, CLIENT_TRANSACTIONS } from './constants/capabilities.ts';
import { charsetOf } from './constants/collations.ts';
import { Statements } from './statement.ts';

/** What the server's last AuthMoreData told the client to do, where that decides what the client sends. */
export type AuthStep = 'fastAuthSuccess' | 'fullAuthentication' | 'publicKey';

/** What a client's bytes for its auth plugin are. */
export type AuthKind =
  | 'empty'
  | 'scramble'
  | 'publicKeyRequest'
  /** The password under the server's RSA key. */
  | 'encryptedPassword'
  | 'cleartextPassword'
  | 'signature'
  /** Of GSSAPI, SASL or SSPI. */
  | 'token'
  /** Whoever reads it can use it. */
  | 'idToken';

/** What a connection's handshake and commands settled, as far as the capture shows it. */
export interface Session {
  serverVersion: string | null;
  /** The server's number for this connection: what SHOW PROCESSLIST and KILL use; null where the greeting names none. */
  connectionId: number | null;
  /** The server's capabilities, or null where its greeting was not captured. */
  serverCapabilities: number | null;
  serverExtended: number;
  /** The client's capabilities, or null where its login was not captured. */
  clientCapabilities: number | null;
  clientExtended: number;
  /** The largest packet that the client takes, as its login says. */
  maxPacketSize: number;
  /** As the login names it. */
  user: string | null;
  database: string | null;
  /** What a COM_CHANGE_USER or COM_INIT_DB has made of the two by now. */
  currentUser: string | null;
  schema: string | null;
  /** The plugin in charge: of the greeting, of the login, of the last request to switch. */
  authPlugin: string | null;
  authStep: AuthStep | null;
  /** Bytes of the client's last answer to it. */
  authResponseLength: number | null;
  /** What that was, where the plugin tells; null of the answer that the login itself carries. */
  authResponseKind: AuthKind | null;
  /** The driver's own name for itself, of the connection attributes. */
  clientName: string | null;
  /**
   * Whether result sets go without their first EOF (CLIENT_DEPRECATE_EOF); null until the handshake
   * or, where that was not captured, the first result set tells. What a result set told, the next one may
   * contradict.
   */
  deprecateEof: boolean | null;
  inferred: Inferred;
  /** The server's own character set, as the greeting names it. */
  serverCharset: Charset;
  /** Of the text in commands: character_set_client. */
  clientCharset: Charset;
  /** Of the text in answers: character_set_results. */
  resultsCharset: Charset;
  statements: Statements;
  /** What the replication stream has settled; null before its first event. */
  binlog: BinlogState | null;
  /** Results of whose definitions the end has come. */
  results: number;
}

/** What packets showed where the handshake was not captured; null until one did. */
interface Inferred {
  /** Statements have attributes before them (CLIENT_QUERY_ATTRIBUTES). */
  queryAttributes: boolean | null;
  /** Counts of columns say whether definitions follow (MySQL's optional, MariaDB's cached metadata). */
  optionalMetadata: boolean | null;
}

export function newSession(): Session {
  return {
    serverVersion: null,
    connectionId: null,
    serverCapabilities: null,
    serverExtended: 0,
    clientCapabilities: null,
    clientExtended: 0,
    maxPacketSize: Number.POSITIVE_INFINITY,
    user: null,
    database: null,
    currentUser: null,
    schema: null,
    authPlugin: null,
    authStep: null,
    authResponseLength: null,
    authResponseKind: null,
    clientName: null,
    deprecateEof: null,
    inferred: { queryAttributes: null, optionalMetadata: null },
    serverCharset: UTF8,
    clientCharset: UTF8,
    resultsCharset: UTF8,
    statements: new Statements(),
    binlog: null,
    results: 0,
  };
}

/** The server has said OK to the command that wanted this. */
export function apply(session: Session, effect: Effect): void {
  const { clientCharset, resultsCharset, collation } = effect;
  if (effect.reset) {
    session.statements.clear();
    session.clientCharset = session.resultsCharset = session.serverCharset;
  }
  if (collation !== undefined) {
    session.clientCharset = session.resultsCharset = charsetOf(collation);
  }
  if (clientCharset !== undefined) {
    session.clientCharset = charsetNamed(clientCharset) ?? session.clientCharset;
  }
  // Without a set for results (NULL), names are in UTF-8, and each column says what it is in.
  if (resultsCharset !== undefined) session.resultsCharset = charsetNamed(resultsCharset) ?? UTF8;
  if (effect.user !== undefined) session.currentUser = effect.user;
  if (effect.schema !== undefined) session.schema = effect.schema;
}

/** Whether an OK has status flags: not for every client before 4.1. Servers go by the client's word. */
export function hasStatusFlags({ clientCapabilities }: Session): boolean {
  return (
    ((clientCapabilities ?? CLIENT_PROTOCOL_41) & (CLIENT_PROTOCOL_41 | CLIENT_TRANSACTIONS)) !== 0
  );
}

/** Whether what both sides agreed on is not in the capture, and shows in the packets if at all. */
export function isInferred({ clientCapabilities, serverCapabilities }: Session): boolean {
  return clientCapabilities === null || serverCapabilities === null;
}

/** Whether both sides agreed on a capability; null where the capture does not say. */
export function negotiated(session: Session, capability: number): boolean | null {
  const { clientCapabilities, serverCapabilities } = session;
  if (clientCapabilities === null) return null;
  if ((clientCapabilities & capability) === 0) return false;
  return serverCapabilities === null ? null : (serverCapabilities & capability) !== 0;
}
