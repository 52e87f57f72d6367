import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/**
 * What mywire decodes against what the client saw: `client.txt` of a capture is what the client printed
 * while it was recorded.
 */

const ROOT = join(import.meta.dirname, '..');
const FIXTURES = join(ROOT, 'fixtures');

interface Column {
  readonly name: string;
  readonly type: string;
  readonly collation: string;
  readonly columnLength: number;
  readonly flags: readonly string[];
  readonly decimals: number;
}

interface ResultRecord {
  readonly connection: number;
  readonly frame: number;
  readonly sql: string | null;
  readonly columns: readonly Column[] | null;
  readonly rows: readonly (readonly unknown[])[];
}

interface QueryRecord {
  readonly connection: number;
  readonly frame: number;
  readonly command: string;
  readonly sql: string | null;
  readonly params: unknown;
  readonly response: { readonly kind: string; readonly rows: number | null };
}

function mywire(view: string, fixture: string, ...options: readonly string[]): string[] {
  const keyLog = join(FIXTURES, fixture, 'keys.log');
  const keys = existsSync(keyLog) ? ['--keylog', keyLog] : [];
  const capture = join(FIXTURES, fixture, 'capture.pcap');
  const run = spawnSync(
    process.execPath,
    [join(ROOT, 'bin/mywire.js'), view, '--ndjson', '--quiet', ...keys, ...options, capture],
    { encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  return run.stdout.split('\n').filter((line) => line !== '');
}

function resultsOf(fixture: string, ...options: readonly string[]): ResultRecord[] {
  return mywire('results', fixture, ...options).map((line) => JSON.parse(line) as ResultRecord);
}

function queriesOf(fixture: string): QueryRecord[] {
  return mywire('queries', fixture).map((line) => JSON.parse(line) as QueryRecord);
}

function queryAt(fixture: string, frame: number, command: string): QueryRecord {
  return queriesOf(fixture).find((query) => query.frame === frame && query.command === command)!;
}

function clientOf(fixture: string): string {
  return readFileSync(join(FIXTURES, fixture, 'client.txt'), 'utf8');
}

// --- a cell as the client's library shows it ------------------------------------------------------------

/** Bytes for what is binary, else text; null for NULL. */
type Shown = string | Buffer | null;

function shown(cell: unknown, { type, columnLength, flags, decimals }: Column): Shown {
  if (cell === null) return null;
  if (type === 'MYSQL_TYPE_BIT') {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(cell as string | number));
    return bytes.subarray(8 - ((columnLength + 7) >> 3));
  }
  if (type === 'MYSQL_TYPE_VECTOR') {
    return Buffer.from(Float32Array.from(cell as number[]).buffer);
  }
  if (typeof cell === 'object') return Buffer.from((cell as { base64: string }).base64, 'base64');
  if (type === 'MYSQL_TYPE_YEAR') return String(cell).padStart(4, '0');
  if (flags.includes('ZEROFILL_FLAG')) return String(cell).padStart(columnLength, '0');
  if (type === 'MYSQL_TYPE_FLOAT') return inShortForm(Number((cell as number).toPrecision(6)));
  if (type !== 'MYSQL_TYPE_DOUBLE') return String(cell);
  return decimals < 31 ? (cell as number).toFixed(decimals) : inShortForm(cell as number);
}

/** 1e+30 as the servers write it. */
function inShortForm(value: number): string {
  return String(value).replace('e+', 'e');
}

/** Names and values, row after row: a client shows neither empty results nor where a fetch ends. */
function rowsOf<T>(
  results: readonly ResultRecord[],
  show: (cell: unknown, column: Column) => T,
): [name: string, value: T][][] {
  const pairOf = (cell: unknown, column: Column): [string, T] => [column.name, show(cell, column)];
  return results.flatMap(({ columns, rows }) =>
    rows.map((row) => row.map((cell, i) => pairOf(cell, columns?.[i] ?? TEXT))),
  );
}

/** What is not described is text. */
const TEXT: Column = {
  name: '',
  type: 'MYSQL_TYPE_VAR_STRING',
  collation: 'utf8mb4_general_ci',
  columnLength: 0,
  flags: [],
  decimals: 0,
};

const valuesOf = <T>(rows: readonly (readonly (readonly [string, T])[])[]): T[][] =>
  rows.map((row) => row.map(([, value]) => value));

// --- MariaDB's library: " row 1", then "  name = value" -------------------------------------------------

/** Bytes that clients/db.h prints without leaving any out. */
const MOST_SHOWN = { text: 200, binary: 64 };

function byLibmariadb(cell: unknown, column: Column): string {
  const value = shown(cell, column);
  if (value === null) return 'NULL';
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    if (bytes.length <= MOST_SHOWN.text) return value;
    return `${bytes.toString('utf8', 0, 18)}... (${bytes.length} bytes)`;
  }
  const isLong = value.length > MOST_SHOWN.binary;
  const hex = (isLong ? value.subarray(0, 8) : value).toString('hex').toUpperCase();
  return isLong ? `0x${hex}... (${value.length} bytes)` : `0x${hex}`;
}

function libmariadbRows(client: string): [name: string, value: string][][] {
  const rows: [string, string][][] = [];
  let row: [string, string][] | null = null;
  for (const line of client.split('\n')) {
    const pair = /^ {2}(.*?) = (.*)$/.exec(line);
    if (/^ row \d+$/.test(line)) {
      row = [];
      rows.push(row);
    } else if (row !== null && pair !== null) {
      row.push([pair[1]!, pair[2]!]);
    } else {
      row = null;
    }
  }
  return rows;
}

describe.each([
  'auth/pam-cleartext-mariadb',
  'auth/pam-dialog-mariadb',
  'commands/change-user-mariadb',
  'compressed/zlib-large',
  'infile/refused-and-empty',
  'prepared/bulk-mariadb',
  'prepared/direct-mariadb',
  'prepared/params-mariadb',
  'prepared/types-mariadb',
  'results/procedure-mariadb',
  'results/progress-mariadb',
  'results/session-track-mariadb',
])('libmariadb, %s', (fixture) => {
  test('every row', () => {
    const rows = libmariadbRows(clientOf(fixture));
    expect(rows).not.toEqual([]);
    expect(rowsOf(resultsOf(fixture), byLibmariadb)).toEqual(rows);
  });
});

test('libmariadb, values whose definitions were left out', () => {
  // The library goes on naming them as the PREPARE did.
  const fixture = 'prepared/cached-metadata-mariadb';
  const rows = valuesOf(libmariadbRows(clientOf(fixture)));
  expect(rows).toHaveLength(23);
  expect(valuesOf(rowsOf(resultsOf(fixture), byLibmariadb))).toEqual(rows);
});

// --- MySQL's library: "  row a='1' b=NULL", bytes that are not printable as \xHH ------------------------

function unescaped(text: string): Buffer {
  return Buffer.from(
    text.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
}

type Raw = { readonly bytes: Buffer; readonly length: number } | null;

function libmysqlclientRows(client: string): [name: string, value: Raw][][] {
  return client.split('\n').flatMap((line) => {
    if (!line.startsWith('  row ')) return [];
    const cells = line
      .slice(6)
      .matchAll(/(.*?)(?:=|(?<=^|['L] ))(?:NULL|'(.*?)'(?:\.\.\. (\d+) bytes)?)(?: |$)/g);
    return [
      [...cells].map(([, name, value, length]): [string, Raw] => {
        if (value === undefined) return [name!, null];
        const bytes = unescaped(value);
        return [name!, { bytes, length: Number(length ?? bytes.length) }];
      }),
    ];
  });
}

/** WHATWG's name for a server's character set, where it is not the same. */
const ENCODINGS: Readonly<Record<string, string>> = {
  utf8mb4: 'utf-8',
  utf8mb3: 'utf-8',
  cp1251: 'windows-1251',
  koi8r: 'koi8-r',
  gb2312: 'gbk',
  sjis: 'shift_jis',
  cp932: 'shift_jis',
  ujis: 'euc-jp',
  eucjpms: 'euc-jp',
  euckr: 'euc-kr',
  tis620: 'windows-874',
  ucs2: 'utf-16be',
  utf16: 'utf-16be',
  utf16le: 'utf-16le',
};

function decoded(bytes: Buffer, collation: string): string {
  const charset = collation.split('_')[0]!;
  if (charset === 'utf32') {
    const points = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32BE(4 * i));
    return String.fromCodePoint(...points);
  }
  if (charset === 'binary') return bytes.toString('latin1');
  // Node's decoder of windows-1252 leaves 0x80 as it is.
  if (charset === 'latin1') return bytes.toString('latin1').replaceAll('\x80', '€');
  return new TextDecoder(ENCODINGS[charset] ?? charset).decode(bytes);
}

interface Reading {
  readonly options?: readonly string[];
  /** The client printed names that can be compared. */
  readonly named?: boolean;
  /** By frame: rows that came, and that the client never looked at. */
  readonly unread?: Readonly<Record<number, number>>;
}

/** Compares with what the library handed out, in the character set of its column. */
function expectLibmysqlclient(
  fixture: string,
  { options = [], named = true, unread = {} }: Reading = {},
): void {
  const rows = libmysqlclientRows(clientOf(fixture));
  expect(rows).not.toEqual([]);
  const results = resultsOf(fixture, ...options).map((result) => ({
    ...result,
    rows: result.rows.slice(0, result.rows.length - (unread[result.frame] ?? 0)),
  }));
  const decodedRows = rowsOf(results, (cell, column) => ({ cell, column }));
  expect(decodedRows).toHaveLength(rows.length);
  for (const [i, row] of decodedRows.entries()) {
    const actual: [string, Shown][] = [];
    const expected: [string, Shown][] = [];
    for (const [j, [name, { cell, column }]] of row.entries()) {
      const value = shown(cell, column);
      const [clientName, raw] = rows[i]![j]!;
      actual.push([named ? name : '', value]);
      expected.push([
        named ? decoded(unescaped(clientName), 'utf8mb4') : '',
        raw === null || raw.length !== raw.bytes.length
          ? clipped(value, raw)
          : typeof value === 'string'
            ? decoded(raw.bytes, column.collation)
            : raw.bytes,
      ]);
    }
    expect(actual).toEqual(expected);
    expect(row).toHaveLength(rows[i]!.length);
  }
}

/** Of a long value the client printed the beginning and the length. */
function clipped(value: Shown, raw: Raw): Shown {
  if (raw === null) return null;
  const bytes = Buffer.from(value as string);
  const isRight =
    bytes.length === raw.length && bytes.subarray(0, raw.bytes.length).equals(raw.bytes);
  return isRight ? value : `${raw.bytes.toString()}... ${raw.length} bytes`;
}

describe.each<Reading & { readonly fixture: string }>([
  { fixture: 'auth/accounts' },
  { fixture: 'charsets/mysql', named: false },
  { fixture: 'commands/change-user-mysql', options: ['-c', '0'] },
  { fixture: 'compressed/idle-timeout' },
  { fixture: 'prepared/attributes-mysql', options: ['-c', '0'] },
  { fixture: 'prepared/params-mysql', options: ['-c', '0'], unread: { 85: 1 } },
  { fixture: 'prepared/types-mysql' },
  { fixture: 'results/procedure-mysql', unread: { 53: 3, 55: 3 } },
  { fixture: 'results/session-track-mysql' },
  { fixture: 'tls/mysql-compressed', options: ['-c', '0,1'] },
])('libmysqlclient, $fixture', ({ fixture, ...reading }) => {
  test('every row', () => expectLibmysqlclient(fixture, reading));
});

// --- PyMySQL: "  rows ((1, 'lamp', Decimal('19.90'), None),)" -------------------------------------------

/** The rows of a Python literal, its decimals as strings. */
function pythonRows(literal: string): unknown[][] {
  const json = literal.replace(
    /Decimal\('([^']*)'\)|'((?:[^'\\]|\\.)*)'|None|,?\)|\(/g,
    (token, decimal: string | undefined, text: string | undefined) => {
      if (decimal !== undefined || text !== undefined) return JSON.stringify(decimal ?? text);
      return token === 'None' ? 'null' : token === '(' ? '[' : ']';
    },
  );
  return JSON.parse(json) as unknown[][];
}

function pymysqlRows(client: string): unknown[][] {
  return [...client.matchAll(/^ {2}rows (\(.*\))$/gm)].flatMap(([, literal]) =>
    pythonRows(literal!),
  );
}

describe.each([
  { fixture: 'auth/caching-sha2-tls', options: [] },
  { fixture: 'auth/old-password-mariadb', options: [] },
  { fixture: 'auth/sha256-password', options: ['-c', '5,6'] },
  { fixture: 'charsets/login', options: [] },
  { fixture: 'infile/local', options: [] },
  { fixture: 'login/failed', options: [] },
  { fixture: 'login/mysql9', options: [] },
  { fixture: 'login/plain', options: [] },
  { fixture: 'results/multi', options: [] },
  { fixture: 'tls/keylog-mac-first', options: [] },
])('PyMySQL, $fixture', ({ fixture, options }) => {
  test('every row', () => {
    // `[{'größe': 'größe', 'n': 1}]` are those of SELECT *.
    const results = resultsOf(fixture, ...options).filter(
      ({ sql }) => fixture !== 'charsets/login' || !sql!.startsWith('SELECT *'),
    );
    const rows = pymysqlRows(clientOf(fixture));
    expect(rows).not.toEqual([]);
    expect(results.flatMap((result) => result.rows)).toEqual(rows);
  });
});

// --- Node: '  [{"id":1,"name":"lamp","price":"19.90"}]' -------------------------------------------------

type JsonRow = Readonly<Record<string, unknown>>;

/** The rows of however many results, without the OKs. */
function jsonRows(value: unknown): JsonRow[] {
  if (Array.isArray(value)) return value.flatMap(jsonRows);
  return 'affectedRows' in (value as object) ? [] : [value as JsonRow];
}

describe.each([
  'commands/change-user-mariadb-node',
  'infile/large',
  'prepared/bulk-mariadb-node',
  'prepared/mysql9',
  'results/deprecate-eof',
])('Node, %s', (fixture) => {
  test('every row', () => {
    const lines = clientOf(fixture).matchAll(/^ {2}(\[.*\])$/gm);
    const rows = [...lines].flatMap(([, json]) => jsonRows(JSON.parse(json!)));
    expect(rows).not.toEqual([]);
    // What came before an ERR the driver throws away.
    const results = resultsOf(fixture).filter(({ sql }) => !sql!.includes('nowhere'));
    const actual = rowsOf(results, (cell) => cell);
    expect(actual).toEqual(rows.map((row) => Object.entries(row)));
  });
});

// --- character sets: '  grün (collation 8) = 0x6772fc6e "grün"' -----------------------------------------

test('MariaDB, every character set as a value and as a name', () => {
  const fixture = 'charsets/mariadb';
  const lines = clientOf(fixture).matchAll(
    /^ {2}(.*) \(collation \d+\) = 0x([0-9a-f]*)(?: "(.*)")?$/gm,
  );
  const cells = [...lines].map(([, name, hex, text]) => [name, text ?? Buffer.from(hex!, 'hex')]);
  // A 4-byte character in a name is a question mark, and PyMySQL cuts it off.
  const tea = cells.findIndex(([name, text]) => name === 'grün' && text === 'grün 🍵');
  expect(tea).toBeGreaterThan(0);
  const results = resultsOf(fixture);
  expect(rowsOf(results.slice(0, -1), shown).flat()).toEqual(cells);
  expect(results.at(-1)!.rows).toEqual([['grün']]);
});

// --- parameters ------------------------------------------------------------------------------------------

/** A parameter as clients/db.h would show the column that it went into. */
function asColumn(param: unknown, name: string, read: string): string {
  if (param === null) return 'NULL';
  if (typeof param === 'object') {
    const bytes = Buffer.from((param as { base64: string }).base64, 'base64');
    return fromBytes(bytes, read);
  }
  if (name === 'year') return String(param).padStart(4, '0');
  if (name === 'float') return inShortForm(Number((param as number).toPrecision(6)));
  if (typeof param === 'number') return inShortForm(param);
  if (read.startsWith('0x')) return fromBytes(Buffer.from(param as string), read);
  return param as string;
}

function fromBytes(bytes: Buffer, read: string): string {
  if (!read.startsWith('0x')) return byLibmariadb(bytes.toString(), TEXT);
  return byLibmariadb({ base64: bytes.toString('base64') }, TEXT);
}

/** What a column makes of a parameter: fewer decimals or more, a number of an ENUM, padding. */
function isRead(sent: string, read: string, name: string): boolean {
  if (sent === 'NULL') return read === 'NULL';
  if (name === 'enum' && sent === '1') return read === 'small';
  if (name === 'set' && sent === '5') return read === 'a,c';
  if (name.startsWith('bit_')) return BigInt(read) === BigInt(sent === '0x' ? 0 : sent);
  if (name === 'decimal' || name === 'binary')
    return /^0*$/.test(read.slice(sent.length)) && read.startsWith(sent);
  if (/_[036]$/.test(name)) {
    const digits = Number(name.at(-1));
    const [seconds, fraction = ''] = sent.split('.');
    const kept = fraction.padEnd(6, '0').slice(0, digits);
    return read === (digits === 0 ? seconds : `${seconds}.${kept}`);
  }
  return sent === read;
}

/** Of the captures above, which compare every cell. */
test.each([
  {
    fixture: 'prepared/types-mariadb',
    types: `TINY SHORT INT24 LONG LONGLONG NEWDECIMAL FLOAT DOUBLE YEAR BIT DATE TIME DATETIME TIMESTAMP
      STRING VAR_STRING BLOB GEOMETRY`,
  },
  {
    fixture: 'prepared/types-mysql',
    types: `TINY SHORT INT24 LONG LONGLONG NEWDECIMAL FLOAT DOUBLE YEAR BIT DATE TIME DATETIME TIMESTAMP
      STRING VAR_STRING BLOB GEOMETRY JSON VECTOR`,
  },
])('$fixture has every type of column, in binary and in text rows', ({ fixture, types }) => {
  const wide = resultsOf(fixture).filter(({ columns }) => columns!.length > 40);
  expect(wide).toHaveLength(2);
  for (const { columns } of wide) {
    const names = columns!.map(({ type }) => type.replace('MYSQL_TYPE_', ''));
    expect(new Set(names)).toEqual(new Set(types.split(/\s+/)));
  }
});

describe('parameters', () => {
  const paramsAt = (fixture: string, frame: number) =>
    queriesOf(fixture).find((query) => query.frame === frame && query.params !== null)!.params;

  test('MariaDB, every type: what was sent is what was read', () => {
    const fixture = 'prepared/types-mariadb';
    const inserts = queriesOf(fixture).filter(({ command }) => command === 'COM_STMT_EXECUTE');
    const rows = libmariadbRows(clientOf(fixture));
    for (const [i, { params }] of inserts.slice(0, 4).entries()) {
      const wrong = (params as unknown[]).flatMap((param, j) => {
        const [name, read] = rows[i]![j]!;
        // Bytes that are no text, sent as text: see below.
        if (typeof param === 'string' && param.includes('\ufffd')) return [];
        const sent = asColumn(param, name, read);
        return isRead(sent, read, name) ? [] : [{ name, sent, read }];
      });
      expect(wrong).toEqual([]);
      expect(params).toHaveLength(47);
    }
  });

  test('MySQL, every type', () => {
    // The row of id 6, and the parameters of clients/mysql_types.c.
    expect(paramsAt('prepared/types-mysql', 29)).toEqual([
      ...[6, -128, 255, -32768, 65535, -8388608, 16777215, -2147483648, 4294967295],
      ...['-9223372036854775808', '18446744073709551615', 1, '-0.000001', 0.1, 0.1],
      ...['2026-11-21', '-838:59:59', '76:05:06.789000', '00:00:00'],
      ...['2026-11-21 10:11:12', '2026-11-21 10:11:12.345678'],
      ...['2026-11-21 10:11:12', '2026-11-21 10:11:12.345678', 2026, 'green', 'b,d', '{"k": 1}'],
      { base64: Buffer.from(Float32Array.of(1, 2, 3).buffer).toString('base64') },
      ...['\0\x01\x02tiny', 'blob', 'medium', 'long'].map((text) => ({ base64: btoa(text) })),
      ...['naïve', null, 'café'],
    ]);
  });

  test('NULL, types not sent again, other types', () => {
    const mariadb = [11, 13, 15, 17, 21].map((frame) => paramsAt('prepared/params-mariadb', frame));
    expect(mariadb).toEqual([
      [7, null, 9],
      [-1, null, 9],
      ['grün', 2.5, '18446744073709551615'],
      [null, null, null],
      [null, null, null],
    ]);
    const mysql = [15, 17, 19, 21, 23, 25].map((frame) => paramsAt('prepared/params-mysql', frame));
    expect(mysql).toEqual([
      [7, null, 9],
      [70, null, 9],
      [70, 8, 9],
      [70, null, 9],
      [70, 8, 9],
      ['seven', 8, null],
    ]);
    // Of the connection written by hand, and one whose types never came.
    const byHand = [132, 135, 138, 141].map((frame) => paramsAt('prepared/params-mysql', frame));
    expect(byHand).toEqual([
      [7, null, 9],
      [70, null, 90],
      [71, 81, 91],
      [null, null, null],
    ]);
    expect(queryAt('prepared/params-mysql', 147, 'COM_STMT_EXECUTE').params).toBeNull();
  });

  test('70 of them', () => {
    const numbers = Array.from({ length: 71 }, (_, i) => i);
    expect(paramsAt('prepared/params-mariadb', 49)).toEqual(
      numbers.slice(0, 70).map((i) => (i % 7 === 3 ? null : i)),
    );
    expect(paramsAt('prepared/params-mysql', 37)).toEqual(
      numbers.slice(1).map((i) => (i % 8 === 4 ? null : i)),
    );
  });

  test('bulk rows with indicators', () => {
    const dflt = { indicator: 'DEFAULT' };
    expect(paramsAt('prepared/bulk-mariadb', 13)).toEqual([
      [1, 'lamp', dflt],
      [2, null, -20],
      [3, dflt, null],
      [4294967295, '緑茶', 40],
    ]);
    expect(paramsAt('prepared/bulk-mariadb', 23)).toEqual([
      [{ indicator: 'IGNORE' }, 1],
      [-20, 2],
      [null, 3],
      [dflt, 4294967295],
    ]);
  });

  test('MySQL, long data', () => {
    // "row id='5' name='manual' note='page one; page two'", and after a reset 'not long'.
    expect([45, 52].map((frame) => paramsAt('prepared/params-mysql', frame))).toEqual([
      [5, 'manual', { base64: btoa('page one; page two') }],
      [6, 'catalogue', 'not long'],
    ]);
  });
});

// --- what was wrong once --------------------------------------------------------------------------------

describe('what was wrong once', () => {
  test('a byte after the count of columns says whether definitions follow', () =>
    expectLibmysqlclient('prepared/optional-metadata-mysql', { named: false, unread: { 41: 1 } }));

  test('MariaDB takes long data also where the bitmap says NULL', () => {
    const params = queriesOf('prepared/params-mariadb')
      .filter(({ frame }) => [29, 34, 42].includes(frame))
      .map((query) => query.params);
    const longData = ['first chunk, second chunk', 'first chunk, other chunk', ''];
    expect(params).toEqual(longData.map((text) => [1, { base64: btoa(text) }, 2]));
  });

  test('parameters that are not text keep their bytes', () => {
    // "bit_64 = 0xFFFFFFFFFFFFFFFF" and "varbinary = 0xFF00FF" of row 2
    const line = mywire('queries', 'prepared/types-mariadb')[4]!;
    expect(line).toContain(Buffer.alloc(8, 0xff).toString('base64'));
    expect(line).toContain(Buffer.of(0xff, 0, 0xff).toString('base64'));
  });

  test.each(['compressed/zlib-mysql', 'compressed/zstd-large'])(
    '%s: the client read everything, and nothing broke',
    (fixture) =>
      expect(
        mywire('check', fixture).filter((line) => line.includes('"severity":"error"')),
      ).toEqual([]),
  );

  test('an ERR is no result set', () => {
    expect(queryAt('prepared/fetch-mariadb', 80, 'COM_STMT_FETCH').response.rows).toBeNull();
    expect(resultsOf('prepared/fetch-mariadb').map(({ frame }) => frame)).not.toContain(81);
  });

  test('commands of one frame stay in their order', () => {
    const commands = queriesOf('pipelining/by-hand-mariadb')
      .filter(({ frame }) => frame === 24)
      .map(({ command }) => command);
    expect(commands).toEqual([
      'COM_PING',
      'COM_STMT_PREPARE',
      'COM_INIT_DB',
      'COM_STMT_EXECUTE',
      'COM_STMT_CLOSE',
      'COM_PING',
    ]);
  });
});
