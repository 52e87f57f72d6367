import { deflateSync } from 'node:zlib';
import { ascii, concat, inChunks, u8, uint, zeros } from './bytes.ts';

/**
 * MySQL packets in literal bytes, after the "MySQL Client/Server Protocol" pages of dev.mysql.com and
 * the MariaDB knowledge base. Nothing here knows a constant of the program under test.
 */

const n16 = (value: number) => uint(value, 2, 'little');
const n24 = (value: number) => uint(value, 3, 'little');
const n32 = (value: number) => uint(value, 4, 'little');
const n64 = (value: number | bigint) => uint(value, 8, 'little');

const utf8 = new TextEncoder();

/** Text in UTF-8; bytes as they are. */
export function raw(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? utf8.encode(text) : text;
}

/** int<lenenc>, in the shortest form. */
export function lenenc(value: number | bigint): Uint8Array {
  if (value < 0xfb) return u8(Number(value));
  if (value <= 0xffff) return concat(u8(0xfc), n16(Number(value)));
  if (value <= 0xff_ffff) return concat(u8(0xfd), n24(Number(value)));
  return concat(u8(0xfe), n64(value));
}

/** string<lenenc> */
export function lenencText(text: string | Uint8Array): Uint8Array {
  const bytes = raw(text);
  return concat(lenenc(bytes.length), bytes);
}

/** string<0> */
export function nulText(text: string | Uint8Array): Uint8Array {
  return concat(raw(text), u8(0));
}

/** A whole packet: its header, and a payload below 16 MiB. */
export function packet(sequenceId: number, payload: Uint8Array): Uint8Array {
  return concat(n24(payload.length), u8(sequenceId), payload);
}

/** Capability bits by name: those that decide about a packet's shape. */
export const CAN = {
  LONG_PASSWORD: 0x1,
  CONNECT_WITH_DB: 0x8,
  COMPRESS: 0x20,
  LOCAL_FILES: 0x80,
  PROTOCOL_41: 0x200,
  SSL: 0x800,
  TRANSACTIONS: 0x2000,
  SECURE_CONNECTION: 0x8000,
  MULTI_RESULTS: 0x2_0000,
  PLUGIN_AUTH: 0x8_0000,
  CONNECT_ATTRS: 0x10_0000,
  PLUGIN_AUTH_LENENC: 0x20_0000,
  SESSION_TRACK: 0x80_0000,
  DEPRECATE_EOF: 0x100_0000,
  OPTIONAL_METADATA: 0x200_0000,
  ZSTD: 0x400_0000,
  MULTI_FACTOR: 1 << 28,
  QUERY_ATTRIBUTES: 0x800_0000,
} as const;

/** Status bits by name. */
export const STATUS = {
  IN_TRANS: 0x1,
  AUTOCOMMIT: 0x2,
  MORE_RESULTS: 0x8,
  CURSOR: 0x40,
  LAST_ROW_SENT: 0x80,
  SESSION_STATE_CHANGED: 0x4000,
} as const;

/** MariaDB's extended capabilities, counted from bit 32. */
export const MARIADB = { PROGRESS: 0x1, EXTENDED_METADATA: 0x8, CACHE_METADATA: 0x10 } as const;

/** What a MySQL 8 or 9 server offers, without TLS and compression. */
export const SERVER_CAPABILITIES =
  CAN.LONG_PASSWORD |
  CAN.CONNECT_WITH_DB |
  CAN.LOCAL_FILES |
  CAN.PROTOCOL_41 |
  CAN.SECURE_CONNECTION |
  CAN.MULTI_RESULTS |
  CAN.PLUGIN_AUTH |
  CAN.CONNECT_ATTRS |
  CAN.PLUGIN_AUTH_LENENC |
  CAN.SESSION_TRACK |
  CAN.DEPRECATE_EOF;

/** What a plain driver asks for: result sets with their EOF packets. */
export const CLIENT_CAPABILITIES =
  CAN.LONG_PASSWORD | CAN.PROTOCOL_41 | CAN.SECURE_CONNECTION | CAN.PLUGIN_AUTH;

/** Secrets that can be looked for in any output. */
export const SCRAMBLE = ['Scr4mbl3', 'PartTwoBytes'] as const;
export const AUTH_RESPONSE = ascii('s3cret-auth-response');

export interface Greeting {
  version?: string;
  connectionId?: number;
  capabilities?: number;
  extended?: number;
  collation?: number;
  status?: number;
  /** null leaves it out, and its capability's length byte is 0. */
  plugin?: string | null;
}

/** Protocol::HandshakeV10 */
export function greeting(of: Greeting = {}): Uint8Array {
  const { capabilities = SERVER_CAPABILITIES, plugin = 'mysql_native_password' } = of;
  return concat(
    u8(10),
    nulText(of.version ?? '8.0.36'),
    n32(of.connectionId ?? 42),
    ascii(SCRAMBLE[0]),
    u8(0),
    n16(capabilities & 0xffff),
    u8(of.collation ?? 255),
    n16(of.status ?? STATUS.AUTOCOMMIT),
    n16(capabilities >>> 16),
    u8(plugin === null ? 0 : 21),
    zeros(6),
    n32(of.extended ?? 0),
    ascii(SCRAMBLE[1]),
    u8(0),
    plugin === null ? zeros(0) : nulText(plugin),
  );
}

export interface Login {
  capabilities?: number;
  extended?: number;
  maxPacketSize?: number;
  collation?: number;
  user?: string | Uint8Array;
  authResponse?: Uint8Array;
  database?: string;
  plugin?: string;
  /** A COM_CHANGE_USER has none unless they are named. */
  attributes?: Readonly<Record<string, string>>;
  zstdLevel?: number;
}

/** The 32 bytes that SSLRequest and HandshakeResponse41 share. */
function loginHead(of: Login): Uint8Array {
  return concat(
    n32(of.capabilities ?? CLIENT_CAPABILITIES),
    n32(of.maxPacketSize ?? 0x100_0000),
    u8(of.collation ?? 45),
    zeros(19),
    n32(of.extended ?? 0),
  );
}

/** Protocol::SSLRequest */
export function sslRequest(of: Login = {}): Uint8Array {
  return loginHead({ ...of, capabilities: of.capabilities ?? CLIENT_CAPABILITIES | CAN.SSL });
}

/** Protocol::HandshakeResponse41: the parts are there or not as the capabilities say. */
export function login(of: Login = {}): Uint8Array {
  const { capabilities = CLIENT_CAPABILITIES, authResponse = AUTH_RESPONSE } = of;
  const has = (bit: number) => (capabilities & bit) !== 0;
  const pairs = Object.entries(of.attributes ?? { _client_name: 'pymysql', _pid: '7' }).flat();
  const when = (condition: boolean, bytes: () => Uint8Array) => (condition ? bytes() : zeros(0));
  return concat(
    loginHead({ ...of, capabilities }),
    nulText(of.user ?? 'app'),
    has(CAN.PLUGIN_AUTH_LENENC)
      ? lenencText(authResponse)
      : has(CAN.SECURE_CONNECTION)
        ? concat(u8(authResponse.length), authResponse)
        : nulText(authResponse),
    when(has(CAN.CONNECT_WITH_DB), () => nulText(of.database ?? 'shop')),
    when(has(CAN.PLUGIN_AUTH), () => nulText(of.plugin ?? 'mysql_native_password')),
    when(has(CAN.CONNECT_ATTRS), () => lenencText(concat(...pairs.map(lenencText)))),
    when(has(CAN.ZSTD), () => u8(of.zstdLevel ?? 3)),
  );
}

/** Protocol::HandshakeV9 */
export function greetingV9(version = '3.20.32'): Uint8Array {
  return concat(u8(9), nulText(version), n32(42), nulText(SCRAMBLE[0]));
}

/** Protocol::HandshakeResponse320 */
export function login320(of: Login = {}): Uint8Array {
  const { capabilities = CAN.LONG_PASSWORD, authResponse = AUTH_RESPONSE } = of;
  const head = concat(n16(capabilities), n24(of.maxPacketSize ?? 0), nulText(of.user ?? 'app'));
  return (capabilities & CAN.CONNECT_WITH_DB) === 0
    ? concat(head, authResponse)
    : concat(head, nulText(authResponse), nulText(of.database ?? 'shop'));
}

/** COM_CHANGE_USER of a client with plugins. */
export function changeUser(of: Login = {}): Uint8Array {
  const { authResponse = AUTH_RESPONSE } = of;
  const pairs = Object.entries(of.attributes ?? {}).flat();
  return concat(
    u8(0x11),
    nulText(of.user ?? 'app'),
    u8(authResponse.length),
    authResponse,
    nulText(of.database ?? 'shop'),
    n16(of.collation ?? 45),
    nulText(of.plugin ?? 'mysql_native_password'),
    of.attributes === undefined ? zeros(0) : lenencText(concat(...pairs.map(lenencText))),
  );
}

/** Protocol::AuthSwitchRequest, and what may follow it. */
export function authSwitch(
  plugin = 'caching_sha2_password',
  data = concat(ascii(SCRAMBLE[0] + SCRAMBLE[1]), u8(0)),
): Uint8Array {
  return concat(u8(0xfe), nulText(plugin), data);
}

/** Protocol::AuthMoreData */
export function authMore(...data: number[]): Uint8Array {
  return u8(0x01, ...data);
}

export interface Ok {
  header?: 0x00 | 0xfe;
  affected?: number | bigint;
  insertId?: number | bigint;
  status?: number;
  warnings?: number;
  /** As it stands behind the warnings: length and text, or whatever a server sends. */
  info?: Uint8Array;
}

/** OK_Packet */
export function ok(of: Ok = {}): Uint8Array {
  return concat(
    u8(of.header ?? 0x00),
    lenenc(of.affected ?? 0),
    lenenc(of.insertId ?? 0),
    n16(of.status ?? STATUS.AUTOCOMMIT),
    n16(of.warnings ?? 0),
    of.info ?? zeros(0),
  );
}

/** EOF_Packet */
export function eof(status: number = STATUS.AUTOCOMMIT, warnings = 0): Uint8Array {
  return concat(u8(0xfe), n16(warnings), n16(status));
}

/** The OK that stands in place of a result set's last EOF under CLIENT_DEPRECATE_EOF. */
export function endOfRows(status: number = STATUS.AUTOCOMMIT): Uint8Array {
  return ok({ header: 0xfe, status });
}

/** ERR_Packet; without an SQLSTATE as before the login. */
export function err(
  code: number,
  message: string | Uint8Array,
  sqlState: string | null = 'HY000',
): Uint8Array {
  return concat(
    u8(0xff),
    n16(code),
    sqlState === null ? zeros(0) : ascii(`#${sqlState}`),
    raw(message),
  );
}

/** MariaDB's progress report: an ERR header with code 0xffff. */
export function progress(stage: number): Uint8Array {
  return concat(u8(0xff, 0xff, 0xff, 1, stage, 3), n24(33_000), lenencText('copying'));
}

export interface ColumnDefinition {
  schema?: string;
  table?: string;
  orgTable?: string;
  name?: string;
  orgName?: string;
  /** MariaDB: what stands between the names and the fixed fields. */
  extendedMetadata?: Uint8Array;
  collation?: number;
  columnLength?: number;
  type?: number;
  flags?: number;
  decimals?: number;
}

/** Protocol::ColumnDefinition41 */
export function column(of: ColumnDefinition = {}): Uint8Array {
  return concat(
    lenencText('def'),
    lenencText(of.schema ?? 'shop'),
    lenencText(of.table ?? 'i'),
    lenencText(of.orgTable ?? 'items'),
    lenencText(of.name ?? 'n'),
    lenencText(of.orgName ?? 'name'),
    of.extendedMetadata === undefined ? zeros(0) : lenencText(of.extendedMetadata),
    u8(0x0c),
    n16(of.collation ?? 45),
    n32(of.columnLength ?? 80),
    u8(of.type ?? 0xfd),
    n16(of.flags ?? 0x1001),
    u8(of.decimals ?? 0),
    zeros(2),
  );
}

/** ProtocolText::ResultsetRow */
export function textRow(...values: (string | Uint8Array | null)[]): Uint8Array {
  return concat(...values.map((value) => (value === null ? u8(0xfb) : lenencText(value))));
}

/** ProtocolBinary::ResultsetRow of one string column. */
export function binaryRow(value: string): Uint8Array {
  return binaryRowOf(lenencText(value));
}

/** ProtocolBinary::ResultsetRow: values as they stand, null for NULL. */
export function binaryRowOf(...values: (Uint8Array | null)[]): Uint8Array {
  const nulls = nullBitmap(
    values.map((value) => value === null),
    2,
  );
  return concat(u8(0), nulls, ...values.map((value) => value ?? zeros(0)));
}

/** COM_STMT_PREPARE_OK */
export function prepareOk(columns: number, parameters: number, statementId = 1): Uint8Array {
  return concat(u8(0), n32(statementId), n16(columns), n16(parameters), u8(0), n16(0));
}

/** COM_QUERY */
export function query(sql: string | Uint8Array): Uint8Array {
  return concat(u8(0x03), raw(sql));
}

/** COM_QUERY of a session with CLIENT_QUERY_ATTRIBUTES */
export function queryWithAttributes(
  sql: string,
  attributes: readonly { name: string; type: number; value: Uint8Array | null }[] = [],
): Uint8Array {
  const nulls = nullBitmap(attributes.map(({ value }) => value === null));
  const heads = attributes.map(({ name, type }) => concat(n16(type), lenencText(name)));
  return concat(
    u8(0x03),
    lenenc(attributes.length),
    u8(1),
    attributes.length === 0 ? zeros(0) : concat(nulls, u8(1), ...heads),
    ...attributes.map(({ value }) => value ?? zeros(0)),
    raw(sql),
  );
}

/** COM_STMT_PREPARE */
export function stmtPrepare(sql: string): Uint8Array {
  return concat(u8(0x16), raw(sql));
}

/** MariaDB: in place of an id, the statement that was prepared last. */
export const LAST_PREPARED = 0xffff_ffff;

export interface Parameter {
  /** int<2>: enum_field_types, and 0x8000 for unsigned. */
  type: number;
  /** Null for NULL; undefined where nothing stands for it, as for long data. */
  value?: Uint8Array | null;
  /** Of a session with CLIENT_QUERY_ATTRIBUTES. */
  name?: string;
}

/** Parameters as they often are. */
export const parameter = {
  int: (value: number): Parameter => ({ type: 0x03, value: n32(value >>> 0) }),
  text: (value: string): Parameter => ({ type: 0xfd, value: lenencText(value) }),
  longText: { type: 0xfd } satisfies Parameter,
  longBlob: { type: 0xfc } satisfies Parameter,
  null: { type: 0x06, value: null } satisfies Parameter,
};

export interface Execute {
  flags?: number;
  /** Without types the server goes by those of the execute before. */
  types?: boolean;
  /** The session has CLIENT_QUERY_ATTRIBUTES: a count stands there, and names. */
  named?: boolean;
}

/** COM_STMT_EXECUTE */
export function stmtExecute(
  statementId: number,
  parameters: readonly Parameter[] = [],
  { flags = 0, types = true, named = false }: Execute = {},
): Uint8Array {
  const head = concat(u8(0x17), n32(statementId), u8(flags), n32(1));
  const count = named ? lenenc(parameters.length) : zeros(0);
  if (parameters.length === 0) return concat(head, count);
  const heads = parameters.map(({ type, name = '' }) =>
    concat(n16(type), named ? lenencText(name) : zeros(0)),
  );
  return concat(
    head,
    count,
    nullBitmap(parameters.map(({ value }) => value === null)),
    u8(types ? 1 : 0),
    ...(types ? heads : []),
    ...parameters.map(({ value }) => value ?? zeros(0)),
  );
}

/** COM_STMT_SEND_LONG_DATA */
export function longData(statementId: number, index: number, data: string | Uint8Array) {
  return concat(u8(0x18), n32(statementId), n16(index), raw(data));
}

export function stmtClose(statementId: number): Uint8Array {
  return concat(u8(0x19), n32(statementId));
}

export function stmtReset(statementId: number): Uint8Array {
  return concat(u8(0x1a), n32(statementId));
}

export function stmtFetch(statementId: number, rows: number): Uint8Array {
  return concat(u8(0x1c), n32(statementId), n32(rows));
}

/** MariaDB's COM_STMT_BULK_EXECUTE; `rows` are indicators and values as they stand. */
export function bulkExecute(
  statementId: number,
  types: readonly number[] | null,
  rows: Uint8Array,
  flags = types === null ? 0 : 0x80,
): Uint8Array {
  const sent = types === null ? [] : types.map(n16);
  return concat(u8(0xfa), n32(statementId), n16(flags), ...sent, rows);
}

/** A bit an entry, from the least significant of the first byte on, behind `skipped` bits. */
function nullBitmap(isNull: readonly boolean[], skipped = 0): Uint8Array {
  const bits = new Uint8Array((isNull.length + skipped + 7) >> 3);
  isNull.forEach((set, i) => {
    if (set) bits[(i + skipped) >> 3]! |= 1 << ((i + skipped) & 7);
  });
  return bits;
}

/** Any command: its code and what follows. */
export function command(code: number, rest: string | Uint8Array = zeros(0)): Uint8Array {
  return concat(u8(code), raw(rest));
}

/** Commands that tests send often, by their bytes. */
export const quit = u8(0x01);
export const ping = u8(0x0e);
export const resetConnection = u8(0x1f);

/** A block of zstd holds no more (RFC 8878, 3.1.1.2.4). */
const MAX_ZSTD_BLOCK = 128 * 1024;

/** A zstd frame of raw blocks (RFC 8878, 3.1.1): nothing here can press it smaller. */
function zstdFrame(bytes: Uint8Array): Uint8Array {
  // Magic, a descriptor that announces a content size of four bytes, the size; a header before each block.
  const blocks = inChunks(bytes, MAX_ZSTD_BLOCK).map((block, i) => {
    const isLast = (i + 1) * MAX_ZSTD_BLOCK >= bytes.length;
    return concat(n24((block.length << 3) | (isLast ? 1 : 0)), block);
  });
  return concat(u8(0x28, 0xb5, 0x2f, 0xfd, 0xa0), n32(bytes.length), ...blocks);
}

/** A packet of the compressed protocol (page_protocol_basic_compression_packet). */
export function compressed(
  sequenceId: number,
  bytes: Uint8Array,
  algorithm: 'zlib' | 'zstd' | null,
): Uint8Array {
  if (algorithm === null) return concat(n24(bytes.length), u8(sequenceId), n24(0), bytes);
  const body = algorithm === 'zlib' ? deflateSync(bytes) : zstdFrame(bytes);
  return concat(n24(body.length), u8(sequenceId), n24(bytes.length), body);
}

/** Numbers in the wire's order, for literal payloads. */
export const wire = { n16, n24, n32, n64 };
