import { describe, expect, test } from 'vitest';
import { commandNamed, commandOf } from '../../src/mysql/commands/index.ts';
import { REPLIES, type ReplyState, ruleFor } from '../../src/mysql/transitions.ts';

const STATES = Object.keys(REPLIES) as ReplyState[];
/** First payload bytes, -1 for an empty packet. */
const FIRST_BYTES = Array.from({ length: 257 }, (_, i) => i - 1);
/** Around every limit at which a packet becomes another. */
const LENGTHS = [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 0xff_fffe, 0xff_ffff, 0x100_0000, 2 ** 31];

describe.each(STATES)('in state %s', (state) => {
  test('every packet has a rule that fits it', () => {
    for (const first of FIRST_BYTES) {
      for (const length of LENGTHS.filter((length) => length > 0 || first === -1)) {
        for (const code of first === 0xff ? [-1, 0, 1045, 0xfffe] : [-1]) {
          const rule = ruleFor(state, first, length, code);
          expect(rule.first === -1 || rule.first === first).toBe(true);
          expect(length).toBeGreaterThanOrEqual(rule.minLength);
          expect(length).toBeLessThanOrEqual(rule.maxLength);
        }
      }
    }
  });

  test("MariaDB's progress report changes nothing", () => {
    expect(ruleFor(state, 0xff, 20, 0xffff)).toMatchObject({ type: 'Progress', step: 'stay' });
  });

  test('no rule is hidden behind one that fits anything', () => {
    const rules = REPLIES[state];
    const open = rules.findIndex(
      ({ first, minLength, maxLength }) =>
        first === -1 && minLength === 0 && maxLength === Number.POSITIVE_INFINITY,
    );
    expect(open).toBe(rules.length - 1);
  });
});

/** What the protocol's pages make of a packet, by what is expected and what it starts with. */
const MEANINGS: [state: ReplyState, first: number, length: number, type: string, step: string][] = [
  ['auth', 0x00, 7, 'OK', 'done'],
  ['auth', 0xff, 50, 'ERR', 'done'],
  ['auth', 0xfe, 44, 'AuthSwitchRequest', 'stay'],
  ['auth', 0xfe, 1, 'AuthSwitchRequest', 'stay'],
  ['auth', 0x01, 2, 'AuthMoreData', 'stay'],
  ['auth', 0x02, 30, 'AuthNextFactor', 'stay'],
  ['ok', 0x00, 7, 'OK', 'resultEnd'],
  ['ok', 0xfe, 5, 'EOF', 'done'],
  ['ok', 0xff, 9, 'ERR', 'done'],
  ['answer', 0x00, 7, 'OK', 'resultEnd'],
  ['answer', 0xff, 9, 'ERR', 'done'],
  ['answer', 0xfb, 10, 'LocalInfileRequest', 'infile'],
  ['answer', 0x01, 1, 'ColumnCount', 'columns'],
  ['answer', 0xfc, 3, 'ColumnCount', 'columns'],
  ['answer', 0x00, 2, 'ColumnCount', 'columns'],
  ['answer', -1, 0, 'Unknown', 'done'],
  ['binaryAnswer', 0x05, 1, 'ColumnCount', 'columns'],
  ['definitions', 0x03, 40, 'ColumnDefinition', 'definition'],
  ['definitions', 0xff, 40, 'ERR', 'done'],
  ['definitionsEnd', 0xfe, 5, 'EOF', 'definitionsEnd'],
  ['definitionsEnd', 0xfe, 7, 'Unknown', 'noDefinitionsEnd'],
  ['definitionsEnd', 0x01, 2, 'Unknown', 'noDefinitionsEnd'],
  ['textRows', 0x00, 1, 'TextRow', 'stay'],
  ['textRows', 0xfb, 1, 'TextRow', 'stay'],
  ['textRows', 0xfc, 300, 'TextRow', 'stay'],
  ['textRows', 0xfe, 5, 'EOF', 'resultEnd'],
  ['textRows', 0xfe, 7, 'OK', 'resultEnd'],
  ['textRows', 0xfe, 0xff_fffe, 'OK', 'resultEnd'],
  ['textRows', 0xfe, 0x100_0008, 'TextRow', 'stay'],
  ['textRows', 0xff, 30, 'ERR', 'done'],
  ['binaryRows', 0x00, 9, 'BinaryRow', 'stay'],
  ['binaryRows', 0xfe, 5, 'EOF', 'resultEnd'],
  ['prepare', 0x00, 12, 'StmtPrepareOK', 'prepared'],
  ['prepare', 0xff, 12, 'ERR', 'done'],
  ['fieldList', 0x03, 50, 'ColumnDefinition', 'stay'],
  ['fieldList', 0xfe, 5, 'EOF', 'resultEnd'],
  ['statistics', 0x55, 100, 'Statistics', 'done'],
  ['infile', 0x00, 7, 'OK', 'resultEnd'],
  ['infile', 0xff, 20, 'ERR', 'done'],
  ['binlog', 0x00, 40, 'BinlogEvent', 'stay'],
  ['binlog', 0xff, 40, 'ERR', 'done'],
  ['binlog', 0xfe, 5, 'EOF', 'done'],
];

test.each(MEANINGS)(
  'in state %s a packet of 0x%x and length %i is %s',
  (state, first, length, type, step) => {
    expect(ruleFor(state, first, length, -1)).toMatchObject({ type, step });
  },
);

test('an ERR ends the answer to a command that is not known', () => {
  expect(ruleFor('unknown', 0xff, 30, 1047)).toMatchObject({ type: 'ERR', step: 'done' });
});

/** my_command.h of MySQL 8.4 and MariaDB 10.11. */
const COMMANDS: [code: number, name: string][] = [
  [0x00, 'COM_SLEEP'],
  [0x01, 'COM_QUIT'],
  [0x02, 'COM_INIT_DB'],
  [0x03, 'COM_QUERY'],
  [0x04, 'COM_FIELD_LIST'],
  [0x05, 'COM_CREATE_DB'],
  [0x06, 'COM_DROP_DB'],
  [0x07, 'COM_REFRESH'],
  [0x08, 'COM_SHUTDOWN'],
  [0x09, 'COM_STATISTICS'],
  [0x0a, 'COM_PROCESS_INFO'],
  [0x0b, 'COM_CONNECT'],
  [0x0c, 'COM_PROCESS_KILL'],
  [0x0d, 'COM_DEBUG'],
  [0x0e, 'COM_PING'],
  [0x0f, 'COM_TIME'],
  [0x10, 'COM_DELAYED_INSERT'],
  [0x11, 'COM_CHANGE_USER'],
  [0x12, 'COM_BINLOG_DUMP'],
  [0x13, 'COM_TABLE_DUMP'],
  [0x14, 'COM_CONNECT_OUT'],
  [0x15, 'COM_REGISTER_SLAVE'],
  [0x16, 'COM_STMT_PREPARE'],
  [0x17, 'COM_STMT_EXECUTE'],
  [0x18, 'COM_STMT_SEND_LONG_DATA'],
  [0x19, 'COM_STMT_CLOSE'],
  [0x1a, 'COM_STMT_RESET'],
  [0x1b, 'COM_SET_OPTION'],
  [0x1c, 'COM_STMT_FETCH'],
  [0x1d, 'COM_DAEMON'],
  [0x1e, 'COM_BINLOG_DUMP_GTID'],
  [0x1f, 'COM_RESET_CONNECTION'],
  [0x20, 'COM_CLONE'],
  [0x21, 'COM_SUBSCRIBE_GROUP_REPLICATION_STREAM'],
  [0xfa, 'COM_STMT_BULK_EXECUTE'],
  [0xfe, 'COM_MULTI'],
];

describe('commands', () => {
  test.each(COMMANDS)('0x%x is %s', (code, name) => {
    expect(commandOf(code)).toMatchObject({ code, name });
    expect(commandNamed(name)).toBe(commandOf(code));
  });

  test('are no others', () => {
    const codes = Array.from({ length: 256 }, (_, code) => code).filter(commandOf);
    expect(codes).toEqual(COMMANDS.map(([code]) => code));
  });

  test('are answered in a state that exists, or not at all', () => {
    for (const [code] of COMMANDS) {
      const { name, reply } = commandOf(code)!;
      expect(reply === null || STATES.includes(reply), name).toBe(true);
    }
    const silent = COMMANDS.filter(([code]) => commandOf(code)!.reply === null);
    expect(silent.map(([, name]) => name)).toEqual([
      'COM_QUIT',
      'COM_STMT_SEND_LONG_DATA',
      'COM_STMT_CLOSE',
    ]);
  });
});
