import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Analyzer } from '../../src/analysis/analyzer.ts';
import type { Report } from '../../src/analysis/report.ts';
import { tlsCrypto } from '../../src/io/tls-crypto.ts';
import { UNPACKERS } from '../../src/io/unpackers.ts';
import type { DecodedPacket } from '../../src/mysql/dialogue.ts';
import type { Query, Response, ResultSet } from '../../src/mysql/query.ts';
import { KeyLog } from '../../src/tls/key-log.ts';
import { type Capture, sharedCaptures, sharedMissing } from './captures.ts';

/**
 * What captures of other people say, established without mywire: by tshark, by reading the bytes, by the
 * programs that recorded them (INDEX.tsv) or by the results that their owners keep beside them.
 */

if (sharedMissing !== null) process.stderr.write(`features: tests are skipped, ${sharedMissing}\n`);

interface Decoded {
  readonly packets: readonly DecodedPacket[];
  readonly queries: readonly Query[];
  readonly results: readonly ResultSet[];
  readonly report: Report;
}

function decodeCapture({ path, ports }: Capture, keyLog = new KeyLog()): Decoded {
  const packets: DecodedPacket[] = [];
  const queries: Query[] = [];
  const results: ResultSet[] = [];
  const analyzer = new Analyzer({
    ports,
    verifyChecksums: false,
    connections: null,
    rows: true,
    onPacket: (packet) => packets.push(packet),
    onQuery: (query) => queries.push(query),
    onResult: (result) => results.push(result),
    unpackers: UNPACKERS,
    keyLog,
    tlsCrypto,
  });
  const file = readFileSync(path);
  analyzer.push(path.endsWith('.gz') ? gunzipSync(file) : file);
  return { packets, queries, results, report: analyzer.finish() };
}

function captureOf(file: string): Capture {
  return sharedCaptures.find(({ path }) => basename(path).startsWith(`${file}.pcap`))!;
}

function decode(file: string): Decoded {
  return decodeCapture(captureOf(file));
}

/** The fields of every packet of a type. */
function fieldsOf({ packets }: Decoded, type: DecodedPacket['type']): DecodedPacket['fields'][] {
  return packets.filter((packet) => packet.type === type).map(({ fields }) => fields);
}

/** The fields of a type's first packet. */
function fieldsIn(file: string, type: DecodedPacket['type']): DecodedPacket['fields'] {
  return fieldsOf(decode(file), type)[0]!;
}

function rowsOf({ results }: Decoded): unknown[][][] {
  return results.map(({ response }) => response.values);
}

function queryOf({ queries }: Decoded, start: string): Query {
  return queries.find(({ sql }) => sql?.startsWith(start))!;
}

/** A suite needs a test to skip. */
const captures = sharedMissing === null ? sharedCaptures : [{ name: sharedMissing } as Capture];

describe.skipIf(sharedMissing !== null)('captures that other people recorded', () => {
  /**
   * The capture's own cut costs none of them a byte of MySQL: the 12 frames of mysql-login-error lack 16
   * bytes each behind their IP packet (90 bytes on the wire, 74 captured, IP length 60 + 14), and the
   * streams that begin or stop in the middle do so between packets.
   */
  describe('nothing in them is a riddle', () => {
    test.for(captures)('$name', (capture) => {
      const { packets, queries, results } = decodeCapture(capture);
      expect(packets.filter(({ problems }) => problems.length > 0)).toEqual([]);
      expect(packets.filter(({ type }) => type === 'Unknown')).toEqual([]);
      // A command in each connection of mysql-statement comes last: its answer is not in the capture.
      if (!capture.name.endsWith('mysql-statement.pcap')) {
        expect(queries.filter(({ complete }) => !complete)).toEqual([]);
      }
      for (const { response } of results) {
        expect(response.values.length).toBe(response.rows);
        const width = response.columns?.length;
        expect(response.values.filter((row) => row.length !== width)).toEqual([]);
      }
    });
  });

  describe('prepared statements', () => {
    /** Frame 14, 6b 00 00 12 00 00 00 00 01 00 00 00 0b 00 00 00 05 "alpha" 04 "1.50" 00 00 20 40 …, and frame 14#19. */
    test('prep: fifteen columns of all types', () => {
      const decoded = decode('prep');
      expect(rowsOf(decoded)).toEqual([
        [
          [
            1,
            11,
            'alpha',
            '1.50',
            2.5,
            5,
            'x',
            '2024-01-02 03:04:05.678901',
            '2024-01-02 03:04:05',
            '-12:00:01',
            2024,
            '{"a":1}',
            { base64: btoa('zz') },
            '18446744073709551615',
            // SRID 0, POINT(1 2) as little-endian WKB.
            { base64: wkb('00000000 01 01000000 000000000000f03f 0000000000000040') },
          ],
          [2, ...Array(14).fill(null)],
        ],
      ]);
      expect(decoded.results[0]!.response.columns!.map(({ name }) => name).join(' ')).toBe(
        'id a b d f bb e dt ts tm y j bl u g',
      );
      expect(queryOf(decoded, 'select * from k').command).toBe('COM_STMT_PREPARE');
      expect(fieldsOf(decoded, 'COM_STMT_EXECUTE')).toMatchObject([
        { statementId: 1, sql: 'select * from k where id>=?', parameters: [1] },
      ]);
    });

    test('prep_null: NULL by the bitmap, then text', () => {
      const decoded = decode('prep_null');
      expect(fieldsOf(decoded, 'COM_STMT_EXECUTE')).toMatchObject([
        { statementId: 3, parameters: [null, 'second'] },
      ]);
      expect(rowsOf(decoded)).toEqual([[[null, 'second']]]);
    });

    /** Frame 13: 17 01 00 00 00 00 01 00 00 00 02 01 03 00 03 00 03 00 07 00 00 00 09 00 00 00. */
    test('prep_null2: (7, NULL, 9)', () => {
      const decoded = decode('prep_null2');
      expect(fieldsOf(decoded, 'COM_STMT_EXECUTE')).toMatchObject([
        {
          statementId: 1,
          sql: 'select ? as a, ? as b, ? as c',
          parameters: [7, null, 9],
          parameterTypes: ['MYSQL_TYPE_LONG', 'MYSQL_TYPE_LONG', 'MYSQL_TYPE_LONG'],
        },
      ]);
      expect(rowsOf(decoded)).toEqual([[[7, null, 9]]]);
    });

    /** Frame 15 sends no types: 17 02 00 00 00 00 01 00 00 00 00 00 02 00 00 00. */
    test('prep_rebind: the types of the execute before', () => {
      const decoded = decode('prep_rebind');
      expect(fieldsOf(decoded, 'COM_STMT_EXECUTE')).toMatchObject([
        { statementId: 2, parameters: [1] },
        { statementId: 2, parameters: [2] },
      ]);
      expect(rowsOf(decoded)).toEqual([[[1, 'alpha']], [[2, null]]]);
    });

    test('prep_unsigned: unsigned DECIMAL and FLOAT', () => {
      expect(rowsOf(decode('prep_unsigned'))).toEqual([[['1.50', 2.5, 'alpha']]]);
    });

    test('cursor_fetch: the rows come with the FETCH', () => {
      const decoded = decode('cursor_fetch');
      expect(fieldsOf(decoded, 'COM_STMT_EXECUTE')).toMatchObject([
        { statementId: 5, flags: ['CURSOR_TYPE_READ_ONLY'] },
      ]);
      expect(fieldsOf(decoded, 'COM_STMT_FETCH')).toMatchObject([{ statementId: 5, rows: 10 }]);
      const fetch = decoded.queries.find(({ command }) => command === 'COM_STMT_FETCH')!;
      expect(fetch).toMatchObject({ sql: 'select id,b from k order by id', complete: true });
      expect(fetch.responses).toMatchObject([
        {
          kind: 'resultset',
          rows: 2,
          values: [
            [1, 'alpha'],
            [2, null],
          ],
        },
      ]);
    });

    /** Frame 13: 18 06 00 00 00 00 00 and a hundred times "A"; frame 14: types fc 00 and 03 00, then 07 00 00 00. */
    test('longdata: what was sent ahead is the parameter', () => {
      const decoded = decode('longdata');
      expect(fieldsOf(decoded, 'COM_STMT_SEND_LONG_DATA')).toMatchObject([
        { statementId: 6, parameter: 0, dataLength: 100 },
      ]);
      expect(fieldsOf(decoded, 'COM_STMT_EXECUTE')).toMatchObject([
        { parameters: [{ base64: btoa('A'.repeat(100)) }, 7] },
      ]);
      expect(rowsOf(decoded)).toEqual([[[100, 7]]]);
      expect(fieldsOf(decoded, 'COM_STMT_RESET')).toMatchObject([{ statementId: 6 }]);
    });

    /** As tshark reads its strings (it calls them UTF-8's bytes), 64-bit integers and doubles. */
    test('k1LoW: five connections prepare, execute and close two statements', () => {
      const decoded = decode('k1LoW-tcpdp--mysql_prepare');
      const parameters = [
        ['012345679', 'あいうえおかきくけこ', ''],
        [1, 23.4, 0],
      ];
      const times = (values: unknown[]) => Array(5).fill(values).flat();
      expect(fieldsOf(decoded, 'COM_STMT_EXECUTE').map((fields) => fields.parameters)).toEqual(
        times(parameters),
      );
      expect(fieldsOf(decoded, 'COM_STMT_PREPARE').map(({ sql }) => sql)).toEqual(
        times(['SELECT CONCAT(?, ?, ?);', 'SELECT ? + ? + ?']),
      );
      expect(fieldsOf(decoded, 'COM_STMT_CLOSE').map(({ statementId }) => statementId)).toEqual(
        times([1, 2]),
      );
      expect(rowsOf(decoded)).toEqual(times([[['012345679あいうえおかきくけこ']], [[24.4]]]));
    });

    /** As deepflow's mysql-exec.result has them, which stops after 1,334 bytes; the rest from the bytes. */
    test('deepflow: 97 parameters in mid-stream', () => {
      const decoded = decode('deepflowio-deepflow--mysql-exec');
      expect(fieldsOf(decoded, 'StmtPrepareOK')).toMatchObject([
        { statementId: 55, columns: 0, parameters: 97, warnings: 21 },
      ]);
      const [execute] = fieldsOf(decoded, 'COM_STMT_EXECUTE');
      expect(execute!.statementId).toBe(55);
      const parameters = execute!.parameters as unknown[];
      expect(parameters.length).toBe(97);
      expect(parameters.slice(0, 19)).toEqual([
        ...[12, 24187645952, 2000, 0, 1, 'master-', '499c7536-806d-4d00-aced-abd3fea2da76'],
        ...['master-deepflow-server-6c496bcf44-44mkf', 'a89e17d0de37c975573dd8a3b49d1764'],
        ...['10.1.23.23', '4.19.17', '2023-07-14 18:01:57', '10.233.102.42', 'analyzer23', 1, 2],
        ...['analyzer23', 'x86_64', 'alpine 3.18.4'],
      ]);
      expect(parameters.slice(77)).toEqual([
        ...[24, 67269898240, 2000, 0, 2, 'slave1-', '3f98fbc2-448a-47b4-bccc-19d787f586ea'],
        ...['slave1-deepflow-server-577bc9f95d-ns4vg', 'b88057e955265f3cd4bb22c998a98dec'],
        ...['122.193.27.72', '10.50.1.8', '4.19.17', '2023-07-14 18:34:25', '10.233.74.152'],
        ...['analyzer8', 5, 2, 'analyzer8', 'x86_64', 'alpine 3.18.4'],
      ]);
      expect(decoded.queries.at(-1)!.responses).toMatchObject([
        { kind: 'ok', affectedRows: 0, info: 'Records: 5  Duplicates: 0  Warnings: 0' },
      ]);
    });

    /** As deepflow's mysql-statement.result has them; the row's bytes stand in frame 71. */
    test('deepflow: statements of connections that began before the capture', () => {
      const decoded = decode('deepflowio-deepflow--mysql-statement');
      expect(fieldsOf(decoded, 'COM_STMT_EXECUTE')).toMatchObject([
        {
          statementId: 96,
          sql: 'SELECT * FROM `controller` WHERE name = ?',
          parameters: ['deepflow-server-0'],
        },
        { statementId: 97, parameters: [1, '10.33.40.162'] },
      ]);
      expect(
        decoded.packets
          .filter(({ type }) => type === 'StmtPrepareOK')
          .map(({ fields }) => fields.statementId),
      ).toEqual([96, 97, 98, 113, 74, 143]);
      const [controller, domain] = rowsOf(decoded);
      expect(controller).toEqual([
        [
          ...[3, 2, 'deepflow-server-0', null, '10.33.40.162', null, 8, 16785907712, 'x86_64'],
          ...['alpine 3.16.1', '5.4.0', 2000, '2022-07-20 17:44:56', 0, 1, ''],
          '5aacdae6-b47d-4413-8ea3-63c78bda1c7b',
        ],
      ]);
      expect(domain!.length).toBe(4);
    });

    test('deepflow: a statement through a proxy (truncate-1024)', () => {
      const decoded = decode('deepflowio-deepflow--truncate-1024');
      expect(fieldsOf(decoded, 'COM_STMT_EXECUTE')).toMatchObject([
        { statementId: 1, sql: 'SELECT * FROM `domain` WHERE state != ?', parameters: [5] },
      ]);
      expect(decoded.results.map(({ response }) => response.columns!.length)).toEqual([21, 21]);
    });
  });

  describe('results', () => {
    test('big16m: three queries, 17 MiB there and back', () => {
      const decoded = decode('big16m');
      const mebibytes = 17 * 1024 * 1024;
      const queries = decoded.queries.filter(({ sql }) => sql?.startsWith('select'));
      expect(queries.map(({ sql }) => sql!.length)).toEqual([
        "select length('')".length + mebibytes,
        38,
        8,
      ]);
      const [length, big, seven] = rowsOf(decoded).map((rows) => rows[0]![0]);
      expect([length, (big as string).length, seven]).toEqual([mebibytes, mebibytes, 7]);
    });

    test('multi: three answers to one query, and a procedure with its own', () => {
      const { queries } = decode('multi');
      const answers = (start: string) => queryOf({ queries } as Decoded, start).responses;
      const outline = ({ kind, rows, affectedRows, info, values }: Response) => ({
        kind,
        rows,
        affectedRows,
        info,
        values,
      });
      const resultSet = (values: unknown[][]) => ({
        kind: 'resultset',
        rows: values.length,
        affectedRows: null,
        info: null,
        values,
      });
      expect(answers('select 1 as a;').map(outline)).toEqual([
        resultSet([[1]]),
        resultSet([
          [1, 'alpha'],
          [2, null],
        ]),
        {
          kind: 'ok',
          rows: null,
          affectedRows: 1,
          info: 'Rows matched: 1  Changed: 1  Warnings: 0',
          values: [],
        },
      ]);
      expect(answers('call mr()').map(outline)).toEqual([
        resultSet([[1]]),
        resultSet([['x', 2]]),
        { kind: 'ok', rows: null, affectedRows: 1, info: null, values: [] },
      ]);
    });

    test('okinfo: what the server says of an update, without session tracking', () => {
      const updates = decode('okinfo').queries.filter(({ sql }) => sql?.startsWith('update'));
      expect(updates.flatMap(({ responses }) => responses)).toMatchObject(
        Array(2).fill({ affectedRows: 1, info: 'Rows matched: 1  Changed: 1  Warnings: 0' }),
      );
    });

    /** 1,500 times "row number … in the file", 0 to 1,499, in what Python's zlib makes of the frames. */
    test.each(['zlib', 'segments-1448'])('%s: 1,500 rows', (file) => {
      const decoded = decode(file);
      const rows = Array.from({ length: 1500 }, (_, i) => [i, `row number ${i} in the file`]);
      const query = queryOf(decoded, 'select a,b from ld');
      expect(query.responses[0]!.values).toEqual(rows);
      expect(query.responses[0]!.rows).toBe(1500);
      if (file === 'zlib') expect(decoded.report.conversations[0]!.compression).toBe('zlib');
    });

    /** 677,780 bytes with 20,000 line ends in the packets 2 to 44, the last of them empty. */
    test('infile: 20,000 lines', () => {
      const decoded = decode('infile');
      const data = decoded.packets.filter(({ type }) => type === 'LocalInfileData');
      expect(data.map(({ sequenceId }) => sequenceId)).toEqual(
        Array.from({ length: 43 }, (_, i) => i + 2),
      );
      expect(data.reduce((sum, { length }) => sum + length, 0)).toBe(677_780);
      expect(data.at(-1)!.length).toBe(0);
      expect(queryOf(decoded, 'load data').responses).toMatchObject([
        {
          kind: 'localInfile',
          affectedRows: 20_000,
          info: 'Records: 20000  Deleted: 0  Skipped: 0  Warnings: 0',
        },
      ]);
      expect(fieldsOf(decoded, 'LocalInfileRequest')).toEqual([
        { fileName: '/srv/imports/rows.txt' },
      ]);
      expect(rowsOf(decoded)).toEqual([[[20_000]]]);
    });

    /** c5 be 6c 75 c5 a5 6f 75 c4 8d 6b c3 bd 20 f0 9f 90 ac, and c3 a9 for the column's name. */
    test('charset: utf8mb4 in statement, name and value', () => {
      const { results } = decode('charset');
      const [{ sql, response }] = results as [ResultSet];
      expect(sql).toBe("select 'žluťoučký 🐬' as `é`");
      expect(response.columns!.map(({ name }) => name)).toEqual(['é']);
      expect(response.values).toEqual([['žluťoučký 🐬']]);
    });

    /** ff ff ff 01 01 02 15 4f 00 11 "copy to tmp table", so 20,245 thousandths; then stage 2 with 0. */
    test('prog: stages and their percentages', () => {
      const decoded = decode('prog');
      expect(fieldsOf(decoded, 'Progress')).toEqual([
        { stage: 1, maxStage: 2, percent: 20.245, info: 'copy to tmp table' },
        { stage: 2, maxStage: 2, percent: 0, info: 'Enabling keys' },
      ]);
      expect(queryOf(decoded, 'alter table').responses).toMatchObject([
        { kind: 'ok', affectedRows: 50_000, info: 'Records: 50000  Duplicates: 0  Warnings: 0' },
      ]);
    });

    /** What Python's zlib makes of the 367 bytes of frame 2: 995 bytes with five addresses. */
    test('deepflow: a compressed answer in mid-stream', () => {
      const decoded = decode('deepflowio-deepflow--mysql-compressed-response');
      expect(decoded.report.conversations[0]!.compression).toBe('zlib');
      expect(decoded.queries.map(({ sql }) => sql)).toEqual([
        'SELECT * FROM `az_controller_connection`',
      ]);
      expect(rowsOf(decoded)[0]!.map((row) => row[3])).toEqual([
        ...['10.50.1.8', '10.50.1.20', '10.1.23.23', '10.1.23.21', '10.1.23.22'],
      ]);
    });

    test('deepflow: a compressed statement too short to be compressed', () => {
      const decoded = decode('deepflowio-deepflow--mysql-use');
      expect(decoded.queries.map(({ sql }) => sql)).toEqual(['use `test`']);
    });

    /** INDEX.tsv counts them. */
    test('deepflow: 130 queries of one row and 260 pings', () => {
      const { queries } = decode('deepflowio-deepflow--171-mysql');
      const answers = (command: string) =>
        queries.filter((query) => query.command === command).flatMap(({ responses }) => responses);
      expect(answers('COM_PING').map(({ kind }) => kind)).toEqual(Array(260).fill('ok'));
      expect(answers('COM_QUERY').map(({ rows }) => rows)).toEqual(Array(130).fill(1));
    });
  });

  describe('sessions', () => {
    test('track: what OK says has changed', () => {
      const changes = fieldsOf(decode('track'), 'OK').flatMap(
        ({ sessionState }) => (sessionState as unknown[] | null) ?? [],
      );
      const variable = (name: string, value: string) => ({
        type: 'SESSION_TRACK_SYSTEM_VARIABLES',
        name,
        value,
      });
      expect(changes).toEqual([
        { type: 'SESSION_TRACK_SCHEMA', value: 't' },
        { type: 'SESSION_TRACK_SCHEMA', value: 'sbtest' },
        variable('autocommit', 'OFF'),
        variable('character_set_client', 'latin1'),
        variable('character_set_connection', 'latin1'),
        variable('character_set_results', 'latin1'),
      ]);
    });

    test('track: the schema that later queries run in', () => {
      const { queries } = decode('track');
      expect(queries.map(({ sql, database }) => `${sql} in ${database}`)).toEqual([
        ...['SELECT DATABASE() in t', 'null in t', 'set autocommit=0 in sbtest'],
        ...['set names latin1 in sbtest', 'begin in sbtest', 'select 1 in sbtest'],
        ...['commit in sbtest', 'null in sbtest'],
      ]);
    });

    /** 11 "app" 00 00 "t" 00 2d 00 "mysql_native_password" 00, which the server answers with 17 04: 1047. */
    test('chuser: to app in t, and refused', () => {
      const decoded = decode('chuser');
      expect(fieldsOf(decoded, 'COM_CHANGE_USER')).toMatchObject([
        {
          user: 'app',
          database: 't',
          collation: 'utf8mb4_general_ci',
          authPlugin: 'mysql_native_password',
          authResponseLength: 0,
        },
      ]);
      expect(fieldsOf(decoded, 'ERR')).toEqual([
        { code: 1047, sqlState: '08S01', message: 'Unknown command' },
      ]);
    });

    test('zeek: a change of the user that works', () => {
      const decoded = decode('zeek-zeek--change-user-success');
      expect(fieldsOf(decoded, 'COM_CHANGE_USER')).toMatchObject([
        { user: 'root2', authPlugin: 'caching_sha2_password', authResponseLength: 32 },
      ]);
      const users = decoded.queries.map(({ command, user }) => `${command} ${user}`);
      expect(users).toEqual([
        ...['COM_PING root', 'COM_CHANGE_USER root', 'COM_QUERY root2', 'COM_QUERY root2'],
        ...['COM_PING root2', 'COM_QUIT root2'],
      ]);
    });

    test('tls: readable with its key log, and only then', () => {
      const capture = captureOf('tls');
      const keyLog = new KeyLog();
      keyLog.add(readFileSync(join(dirname(capture.path), 'tls.keylog')));
      const decoded = decodeCapture(capture, keyLog);
      expect(decoded.report.conversations[0]!.tls).toMatchObject({
        version: 'TLS 1.3',
        decrypted: true,
      });
      expect(decoded.packets.filter(({ problems }) => problems.length > 0)).toEqual([]);
      expect(decoded.queries.map(({ sql }) => sql)).toEqual([
        ...['SET AUTOCOMMIT = 0', 'select id,b from k', 'select 2', null],
      ]);
      expect(rowsOf(decoded)).toEqual([
        [
          [1, 'alpha'],
          [2, null],
        ],
        [[2]],
      ]);
      expect(decode('tls').queries).toEqual([]);
    });

    test('ed: a switch to client_ed25519', () => {
      expect(fieldsIn('ed', 'AuthSwitchRequest')).toEqual({
        authPlugin: 'client_ed25519',
        authDataLength: 32,
      });
      expect(fieldsIn('ed', 'AuthData')).toMatchObject({ authResponseLength: 64 });
    });

    /** Frame 16: 02 01 fe 00 02 "n1" fe 00 02 "n2" 02 "v1" 02 "v2". */
    test('zeek: query attributes', () => {
      const decoded = decode('zeek-zeek--query-attr');
      expect(fieldsOf(decoded, 'COM_QUERY')).toEqual([
        { sql: 'select @@version_comment limit 1', attributes: {} },
        { sql: 'select now()', attributes: { n1: 'v1', n2: 'v2' } },
        { sql: 'select now()', attributes: {} },
      ]);
    });

    /** The commands and affected rows of zeek's own mysql.log of it. */
    test('zeek: a session with a server of 2008', () => {
      const { queries } = decode('zeek-zeek--mysql');
      const changes = queries
        .filter(({ responses }) => responses[0]!.kind === 'ok' && responses[0]!.affectedRows !== 0)
        .map(({ sql, responses }) => [sql, responses[0]!.affectedRows, responses[0]!.lastInsertId]);
      expect(changes).toEqual([
        ['insert into foo (animal, name) values ("dog", "Goofy")', 1, 1],
        ['insert into foo (animal, name) values ("cat", "Garfield")', 1, 2],
        ["delete from foo where name like '%oo%'", 1, 0],
        ['delete from foo', 1, 0],
      ]);
      expect(queries.map(({ command }) => command)).toEqual([
        ...['COM_QUERY', 'COM_QUERY', 'COM_INIT_DB', 'COM_QUERY', 'COM_QUERY', 'COM_FIELD_LIST'],
        ...Array(10).fill('COM_QUERY'),
        'COM_QUIT',
      ]);
    });

    test('misc: commands that are no statements', () => {
      const decoded = decode('misc');
      expect(
        decoded.queries.slice(1).map(({ command, responses }) => [command, responses[0]!.kind]),
      ).toEqual([
        ['COM_STATISTICS', 'text'],
        ['COM_PING', 'ok'],
        ['COM_INIT_DB', 'ok'],
        ['COM_RESET_CONNECTION', 'ok'],
        ['COM_PROCESS_INFO', 'resultset'],
        ['COM_FIELD_LIST', 'resultset'],
        ['COM_SET_OPTION', 'ok'],
        ['COM_DEBUG', 'ok'],
        ['COM_QUERY', 'error'],
        ['COM_QUIT', 'none'],
      ]);
      expect(fieldsOf(decoded, 'COM_SET_OPTION')).toEqual([
        { option: 'MYSQL_OPTION_MULTI_STATEMENTS_ON' },
      ]);
      expect(fieldsOf(decoded, 'ERR')).toMatchObject([{ code: 1064, sqlState: '42000' }]);
    });

    /** Types and positions as tshark reads them; the statement and the row's table stand in the bytes. */
    test('binlog: events by name', () => {
      const decoded = decode('binlog');
      const events = fieldsOf(decoded, 'BinlogEvent');
      expect(events.map(({ eventType, nextPosition }) => `${nextPosition} ${eventType}`)).toEqual([
        '0 ROTATE_EVENT',
        '256 FORMAT_DESCRIPTION_EVENT',
        '299 GTID_LIST_EVENT',
        '336 BINLOG_CHECKPOINT_EVENT',
        '373 BINLOG_CHECKPOINT_EVENT',
        '415 GTID_EVENT',
        '478 ANNOTATE_ROWS_EVENT',
        '523 TABLE_MAP_EVENT',
        '572 WRITE_ROWS_EVENT_V1',
        '603 XID_EVENT',
        '645 GTID_EVENT',
        '740 QUERY_EVENT',
        '782 GTID_EVENT',
        '898 QUERY_EVENT',
      ]);
      expect(events[6]).toMatchObject({ sql: "insert into t.ld values (1,'binlog row')" });
      expect(events[7]).toMatchObject({ schema: 't', table: 'ld' });
      expect(events[11]).toMatchObject({ sql: 'create table t.z(a int)' });
      expect(fieldsOf(decoded, 'COM_BINLOG_DUMP')).toMatchObject([
        { position: 4, fileName: 'bin.000004' },
      ]);
    });
  });
});

/** Base64 of bytes in hex. */
function wkb(hex: string): string {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex').toString('base64');
}
