import type { Frame } from '../capture/frame.ts';

/** What a MySQL packet can be; the names are part of the output contract. */
export type PacketType =
  | 'HandshakeV10'
  | 'HandshakeV9'
  | 'SSLRequest'
  | 'HandshakeResponse41'
  | 'HandshakeResponse320'
  | 'AuthSwitchRequest'
  | 'AuthMoreData'
  | 'AuthNextFactor'
  | 'AuthData'
  | 'OK'
  | 'ERR'
  | 'EOF'
  | 'ColumnCount'
  | 'ColumnDefinition'
  | 'TextRow'
  | 'BinaryRow'
  | 'StmtPrepareOK'
  | 'LocalInfileRequest'
  | 'LocalInfileData'
  | 'Statistics'
  | 'BinlogEvent'
  | 'SemiSyncAck'
  | 'Progress'
  | 'CloneCommand'
  | 'CloneResponse'
  | 'Unknown'
  | `COM_${string}`;

/**
 * One logical MySQL packet, its 16 MiB parts joined. One object per direction of a connection,
 * refilled for every packet: valid only during the call it is passed to.
 */
export interface Packet {
  readonly fromClient: boolean;
  bytes: Uint8Array;
  /** The payload, or the part of it that somebody wanted kept: `end - start` may be below `length`. */
  start: number;
  end: number;
  /** Where the bytes end that came together with it; of a packet that was put together, its own end. */
  limit: number;
  /** Payload bytes without the 4-byte headers. */
  length: number;
  /** First payload byte, kept or not; -1 for an empty payload. */
  first: number;
  /** Sequence id of the first part. */
  firstSequenceId: number;
  /** Sequence id of the last part. */
  sequenceId: number;
  parts: number;
  /** The first part whose sequence id did not follow the part before it. */
  brokenPart: { got: number; expected: number } | null;
  /** Some of its payload is not in the capture. */
  isCut: boolean;
  /** Frame of the first header byte. */
  frame: Frame;
  /** Frame of the last payload byte. */
  lastFrame: Frame;
  /** Stream offset of the first header byte. */
  offset: number;
  /** Stream offset behind the last payload byte. */
  endOffset: number;
  /** Offset in the peer's stream that the sender had acknowledged with the first byte, or -1. */
  acknowledged: number;
}
