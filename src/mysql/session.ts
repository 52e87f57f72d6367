import type { BinlogState } from './binlog/state.ts';

/** What a connection's handshake settled, as far as the capture shows it. */
export interface Session {
  serverVersion: string | null;
  /** The server's number for this connection: what SHOW PROCESSLIST and KILL use. */
  connectionId: number | null;
  serverCapabilities: number;
  serverExtended: number;
  /** The client's capabilities, or null where its login was not captured. */
  clientCapabilities: number | null;
  clientExtended: number;
  user: string | null;
  database: string | null;
  authPlugin: string | null;
  /** The driver's own name for itself, of the connection attributes. */
  clientName: string | null;
  /**
   * Whether result sets go without their first EOF (CLIENT_DEPRECATE_EOF); null until the handshake
   * or, where that was not captured, the first result set tells.
   */
  deprecateEof: boolean | null;
  /** What the replication stream has settled; null before its first event. */
  binlog: BinlogState | null;
}

export function newSession(): Session {
  return {
    serverVersion: null,
    connectionId: null,
    serverCapabilities: 0,
    serverExtended: 0,
    clientCapabilities: null,
    clientExtended: 0,
    user: null,
    database: null,
    authPlugin: null,
    clientName: null,
    deprecateEof: null,
    binlog: null,
  };
}

/** Whether both sides agreed on a capability; null where the login was not captured. */
export function negotiated(session: Session, capability: number): boolean | null {
  if (session.clientCapabilities === null) return null;
  return (session.serverCapabilities & session.clientCapabilities & capability) !== 0;
}
