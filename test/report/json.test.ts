import { describe, expect, test } from 'vitest';
import { jsonRenderer, ndjsonRenderer } from '../../src/report/json.ts';
import { packetRecord } from '../../src/report/records.ts';
import { hex } from '../build/bytes.ts';
import { C, S, type Step } from '../build/conversation.ts';
import { err, ok, query } from '../build/mysql.ts';
import { play } from '../mysql/analyze.ts';
import { CONNECT } from '../mysql/legal-scripts.ts';

const line = (record: Record<string, unknown>) => ndjsonRenderer().record(record);

describe('a record', () => {
  /** What a terminal acts on, and what it must become. */
  const ESCAPED: [what: string, text: string, escaped: string][] = [
    ['an escape', '\u001b[2J', '\\u001b[2J'],
    ['DEL', '\u007f', '\\u007f'],
    ['a C1 control', '\u009b31m', '\\u009b31m'],
    ['a right-to-left override', '\u202e', '\\u202e'],
    ['a bidi isolate', '\u2066', '\\u2066'],
    ['an Arabic letter mark', '\u061c', '\\u061c'],
    ['a zero-width space', '\u200b', '\\u200b'],
    ['a byte order mark', '\ufeff', '\\ufeff'],
    ['a line separator', '\u2028', '\\u2028'],
    ['a tag', '\u{e0041}', '\\udb40\\udc41'],
    ['a lone surrogate', '\ud800', '\\ud800'],
    ['a newline', '\n', '\\n'],
    ['a NUL', '\0', '\\u0000'],
  ];
  test.each(ESCAPED)('escapes %s, and parses back to it', (_, text, escaped) => {
    const out = line({ text });
    expect(out).toBe(`{"text":"${escaped}"}\n`);
    expect(JSON.parse(out)).toEqual({ text });
  });

  test('escapes keys as well', () => {
    const out = line({ fields: { '\u202e': 1 } });
    expect(out).toContain('\\u202e');
    expect(JSON.parse(out)).toEqual({ fields: { '\u202e': 1 } });
  });

  test('leaves text of any language alone', () => {
    expect(line({ text: 'd\u00e9 \u4e2d\u6587 \u{1f600}' })).toBe(
      '{"text":"d\u00e9 \u4e2d\u6587 \u{1f600}"}\n',
    );
  });

  test('has numbers up to 2^53-1, and text beyond', () => {
    expect(
      line({ n: 2 ** 53 - 1, m: 2n ** 53n, deep: { list: [2n ** 64n - 1n, -(2n ** 63n)] } }),
    ).toBe(
      '{"n":9007199254740991,"m":"9007199254740992","deep":{"list":["18446744073709551615","-9223372036854775808"]}}\n',
    );
  });
});

describe('a document', () => {
  const { report } = play(CONNECT);
  const document = (records: Record<string, unknown>[]) => {
    const renderer = jsonRenderer('packets');
    return [
      renderer.start(),
      ...records.map((record) => renderer.record(record)),
      renderer.finish(report),
    ].join('');
  };

  test.each([0, 1, 2, 5])('of %i records names its schema and its view', (count) => {
    const records = Array.from({ length: count }, (_, i) => ({ frame: i, text: '\u202e' }));
    const parsed = JSON.parse(document(records));
    expect(parsed).toMatchObject({ schema: 'mywire/packets/1', packets: records });
    expect(parsed.capture).toMatchObject({ format: 'pcap', frames: 6, mysqlConnections: 1 });
  });

  test('has the same records as a line each has', () => {
    const records = [{ a: 1 }, { b: [2n ** 60n] }];
    const lines = records.map(line).join('').trimEnd().split('\n');
    expect(JSON.parse(document(records)).packets).toEqual(lines.map((text) => JSON.parse(text)));
  });
});

describe('a packet', () => {
  const recordsOf = (script: Step[]) => {
    const { packets, report } = play(script);
    return packets.map((packet) => packetRecord(packet, report.capture.first));
  };

  test('is a record with every key of the contract, in order', () => {
    const [, , record] = recordsOf(CONNECT);
    expect(Object.entries(record!)).toEqual([
      ['connection', 0],
      ['frame', 6],
      ['lastFrame', 6],
      ['time', '2023-11-14T22:13:20.003000Z'],
      ['relative', 0.003],
      ['from', 'server'],
      ['sequenceId', 2],
      ['expectedSequenceId', 2],
      ['length', 7],
      ['type', 'OK'],
      ['phase', 'connection'],
      [
        'fields',
        {
          affectedRows: 0,
          lastInsertId: 0,
          statusFlags: ['SERVER_STATUS_AUTOCOMMIT'],
          warnings: 0,
          info: '',
          sessionState: null,
        },
      ],
      ['problems', []],
      ['compressedSequenceId', null],
    ]);
  });

  test('has big counts as text, broken text in base64, and an absent fact as null', () => {
    const records = recordsOf([
      ...CONNECT,
      C(0, query(hex('73 ff'))),
      S(1, ok({ affected: 2n ** 64n - 1n })),
      C(0, query('x')),
      S(1, err(1064, 'no', null)),
    ]);
    const parsed = records.map((record) => JSON.parse(line({ ...record })));
    expect(parsed[3].fields).toEqual({ sql: 's\ufffd', sqlBase64: 'c/8=', attributes: {} });
    expect(parsed[4].fields.affectedRows).toBe('18446744073709551615');
    expect(parsed[6].fields).toEqual({ code: 1064, sqlState: null, message: 'no' });
  });
});
