import { describe, expect, test } from 'vitest';
import { ascii, concat, hex, u8, zeros } from '../build/bytes.ts';
import { C, capture, S, type Step, serverBytes } from '../build/conversation.ts';
import {
  CAN,
  changeUser,
  column,
  command,
  eof,
  err,
  lenencText,
  ok,
  packet,
  query,
  queryWithAttributes,
  STATUS,
  textRow,
} from '../build/mysql.ts';
import { play } from './analyze.ts';
import { CONNECT, connectWith, LEGAL, numbered, times } from './legal-scripts.ts';
import { LISTENERS, saidOf } from './said.ts';

/** "Соединение прервано" in cp1251, and in UTF-8. */
const BROKEN = hex('d1eee5e4e8ede5ede8e520eff0e5f0e2e0edee');
const KILLED = S(0, concat(hex('ff 8707'), ascii('#70100'), BROKEN));
const RUSSIAN = 'Соединение прервано';

const TRACKED = CAN.SESSION_TRACK;
const charsetChange = (name: string, value: string) =>
  lenencText(concat(u8(0), lenencText(concat(lenencText(name), lenencText(value)))));

/** What settles the character set of errors, and then an ERR in it. */
const CP1251: [how: string, script: Step[]][] = [
  ['SET NAMES', [...CONNECT, C(0, query('SET NAMES cp1251')), S(1, ok())]],
  ['SET NAMES behind blanks', [...CONNECT, C(0, query(' \n set names cp1251')), S(1, ok())]],
  [
    'SET NAMES behind attributes',
    [
      ...connectWith(CAN.QUERY_ATTRIBUTES),
      C(
        0,
        queryWithAttributes('SET NAMES cp1251', [
          { name: 'trace', type: 0xfd, value: lenencText('a') },
        ]),
      ),
      S(1, ok()),
    ],
  ],
  ['a variable', [...CONNECT, C(0, query('SET character_set_results=cp1251')), S(1, ok())]],
  [
    'a change that the server tells',
    [
      ...connectWith(TRACKED),
      C(0, query('CALL names()')),
      S(
        1,
        ok({
          status: STATUS.AUTOCOMMIT | STATUS.SESSION_STATE_CHANGED,
          info: concat(lenencText(''), charsetChange('character_set_results', 'cp1251')),
        }),
      ),
    ],
  ],
  ['COM_CHANGE_USER', [...CONNECT, C(0, changeUser({ user: 'other', collation: 51 })), S(1, ok())]],
];

describe('the character set of an error', () => {
  test.each(CP1251)('is settled by %s, whoever listens', (_, script) => {
    const bytes = capture([...script, KILLED]);
    for (const listeners of LISTENERS) {
      const findings = saidOf(bytes, listeners).filter((line) => line.includes('"cause"'));
      expect(findings.join('\n'), JSON.stringify(listeners)).toContain(RUSSIAN);
    }
  });

  test('is that of the server again after COM_RESET_CONNECTION', () => {
    const script = [...CP1251[0]![1], C(0, command(0x1f)), S(1, ok())];
    for (const listeners of LISTENERS) {
      const { session } = play(script, listeners).report.conversations[0]!;
      expect(session.resultsCharset.name).toBe('utf8mb4');
    }
  });
});

const result = (...rows: Uint8Array[]) => [u8(2), column(), column(), eof(), ...rows, eof()];

/** What one listener sees of a packet and another passes over, or keeps less of. */
const TELLING: [what: string, script: Step[]][] = [
  [
    'rows larger than any packet before',
    [
      ...CONNECT,
      C(0, query('a')),
      ...numbered(S, 1, result(...[9, 2000, 1500, 9000].map((n) => textRow('a', 'x'.repeat(n))))),
    ],
  ],
  [
    'wrong numbers among right ones, more than end the reading',
    [
      ...CONNECT,
      C(0, query('a')),
      ...numbered(S, 1, [u8(1), column(), eof()]),
      ...Array.from({ length: 100 }, (_, i) => [
        S((20 + 9 * i) & 0xff, textRow('wrong')),
        S((21 + 9 * i) & 0xff, textRow('right')),
      ]).flat(),
    ],
  ],
  [
    'empty packets among rows',
    [
      ...CONNECT,
      C(0, query('a')),
      ...numbered(S, 1, [u8(1), column(), eof(), ...times(70, [textRow('x'), zeros(0)]).flat()]),
    ],
  ],
  [
    'a long error',
    [...CONNECT, C(0, query('a')), S(1, ok()), S(0, err(1927, 'y'.repeat(3000), '70100'))],
  ],
  [
    'a long login of another user',
    [...connectWith(CAN.CONNECT_ATTRS), C(0, changeUser({ user: 'u'.repeat(2000) })), S(1, ok())],
  ],
  ['a schema', [...CONNECT, C(0, command(0x02, 's'.repeat(2000))), S(1, ok())]],
  [
    'USE behind more than is kept',
    [...CONNECT, C(0, query(`use a${' '.repeat(2000)}b`)), S(1, ok())],
  ],
  [
    'binary rows that look like text, whose command is missing',
    [
      ...CONNECT,
      ...times(9, [C(0, query('a')), S(1, ok())]).flat(),
      { ...C(0, command(0x17, zeros(9))), lost: true },
      ...numbered(S, 1, [
        u8(2),
        column({ type: 1 }),
        column({ type: 3 }),
        eof(),
        hex('00 04 61626364'),
        eof(),
      ]),
      C(0, query('b')),
      S(1, ok()),
    ],
  ],
  [
    'an error that ends a stream of events',
    [
      ...CONNECT,
      C(0, command(0x12, zeros(10))),
      S(1, concat(u8(0), zeros(19))),
      serverBytes(packet(2, err(1236, 'z'.repeat(500), 'HY000'))),
    ],
  ],
];

/** A packet in one piece lies in place; of others only so much is kept. */
const SEGMENTS = [65_000, 1000, 61];

describe.each(SEGMENTS)('in segments of %i bytes', (segmentBytes) => {
  test.each([...TELLING, ...CP1251])('%s: the same is said whoever listens', (_, script) => {
    const bytes = capture(script, { segmentBytes });
    const said = saidOf(bytes, LISTENERS[0]!);
    for (const listeners of LISTENERS) {
      expect(saidOf(bytes, listeners), JSON.stringify(listeners)).toEqual(said);
    }
  });

  test('of legal conversations, too', () => {
    for (const { script } of LEGAL) {
      const bytes = capture(script, { segmentBytes });
      const [nobody, everybody] = [LISTENERS[0]!, LISTENERS.at(-1)!];
      expect(saidOf(bytes, everybody)).toEqual(saidOf(bytes, nobody));
    }
  });
});
