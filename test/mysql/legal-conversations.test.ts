import { describe, expect, test } from 'vitest';
import { capture } from '../build/conversation.ts';
import { analyze, breaksOf, contentOf, storyOf } from './analyze.ts';
import { LEGAL } from './legal-scripts.ts';

describe.each(LEGAL)('$name', ({ script, story }) => {
  const whole = capture(script);

  test('has these packets, each with the number that is expected', () => {
    expect(storyOf(analyze(whole).packets)).toEqual(story);
  });

  test('breaks nothing', () => {
    expect(breaksOf(analyze(whole))).toEqual([]);
    expect(breaksOf(analyze(whole, { packets: false }))).toEqual([]);
  });

  test('counts the same when nobody looks at its packets', () => {
    const [seen, counted] = [analyze(whole), analyze(whole, { packets: false })];
    expect(counted.report.capture).toEqual(seen.report.capture);
    expect(counted.report.capture.mysqlPackets).toBe(seen.packets.length);
    const totals = ({ report }: typeof seen) =>
      report.conversations.map(({ commands, errors, login, session }) => [
        commands,
        errors,
        login,
        // What commands and events change in it is only read for whoever looks.
        { ...session, schema: null, statements: null, binlog: null },
      ]);
    expect(totals(counted)).toEqual(totals(seen));
  });

  test.each([1, 2, 3, 7])('reads the same from segments of %i bytes', (segmentBytes) => {
    const cut = capture(script, { segmentBytes });
    for (const rows of [false, true]) {
      const analysis = analyze(cut, { rows });
      expect(breaksOf(analysis)).toEqual([]);
      expect(contentOf(analysis)).toEqual(contentOf(analyze(whole, { rows })));
    }
  });
});
