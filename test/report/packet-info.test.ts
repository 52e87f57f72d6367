import { describe, expect, test } from 'vitest';
import { packetInfo } from '../../src/report/packet-info.ts';
import { play } from '../mysql/analyze.ts';
import { LEGAL } from '../mysql/legal-scripts.ts';

const CASES: [string, Record<string, unknown>, string][] = [
  ['COM_QUERY', { sql: 'select 1', attributes: {} }, 'select 1'],
  ['COM_QUERY', { sql: null }, '-'],
  ['COM_QUERY', {}, '-'],
  ['COM_STMT_PREPARE', { sql: 'select ?' }, 'select ?'],
  ['COM_STMT_EXECUTE', { statementId: 7, sql: 'select ?', parameters: [1] }, 'select ?  [1]'],
  ['COM_STMT_EXECUTE', { statementId: 7, sql: 'select 1', parameters: [] }, 'select 1'],
  ['COM_STMT_EXECUTE', { statementId: 7, sql: null, parameters: null }, 'statement 7'],
  ['COM_STMT_EXECUTE', { statementId: 7, sql: null, parameters: ['a'] }, 'statement 7  ["a"]'],
  [
    'COM_STMT_BULK_EXECUTE',
    { statementId: 7, sql: 'insert', parameters: [[1, null], [{ indicator: 'IGNORE' }]] },
    'insert  [[1,null],[{"indicator":"IGNORE"}]]',
  ],
  ['COM_STMT_FETCH', { statementId: 7, sql: null, rows: 5 }, 'statement 7, 5 rows'],
  ['COM_STMT_FETCH', { statementId: 7, sql: 'select 1', rows: 5 }, 'select 1, 5 rows'],
  [
    'COM_STMT_SEND_LONG_DATA',
    { statementId: 7, sql: null, parameter: 0, dataLength: 9 },
    'statement 7, parameter 0, 9 bytes',
  ],
  ['COM_STMT_RESET', { statementId: 7, sql: null }, 'statement 7'],
  ['COM_STMT_CLOSE', { statementId: 7, sql: 'select 1' }, 'select 1'],
  [
    'StmtPrepareOK',
    { statementId: 7, columns: 2, parameters: 1 },
    'statement 7, 1 parameters, 2 columns',
  ],
  ['TextRow', {}, ''],
  ['TextRow', { values: null }, 'not decoded: no column definitions'],
  ['TextRow', { values: ['a', null, { base64: 'AP8=' }] }, '["a",null,{"base64":"AP8="}]'],
  ['BinaryRow', { values: [1, 2n] }, '[1,"2"]'],
  ['OK', { affectedRows: 1, warnings: 0, info: '' }, 'affected 1 warnings 0 '],
  ['ERR', { code: 1064, sqlState: '42000', message: 'syntax' }, '1064 42000 syntax'],
  ['ERR', { code: 1040, sqlState: null, message: 'Too many' }, '1040 - Too many'],
  ['ColumnCount', { columns: 3 }, '3 columns'],
  ['BinlogEvent', { eventType: 'ROWS', rows: 3 }, 'ROWS 3 rows'],
  ['BinlogEvent', { eventType: 'TABLE_MAP', schema: 's', table: 't' }, 'TABLE_MAP s.t'],
  ['BinlogEvent', {}, '-'],
  ['COM_PING', {}, ''],
  ['no such type', { sql: 'x' }, ''],
];

describe('what is told of a packet', () => {
  test.each(CASES)('%s %o', (type, fields, info) => {
    expect(packetInfo(type, fields)).toBe(info);
  });

  test('is a line, whatever was read of it', () => {
    for (const { script } of LEGAL) {
      for (const rows of [true, false]) {
        for (const { type, fields } of play(script, { rows }).packets) {
          expect(packetInfo(type, fields)).not.toMatch(/undefined|\[object|NaN/);
          expect(packetInfo(type, {})).not.toMatch(/undefined|\[object|NaN/);
        }
      }
    }
  });
});
