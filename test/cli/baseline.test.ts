import { describe, expect, test } from 'vitest';
import {
  baselineOf,
  decodeBaseline,
  encodeBaseline,
  staleEntries,
} from '../../src/cli/baseline.ts';
import { parseWritten } from '../../src/io/read-written.ts';
import { finding } from '../build/finding.ts';

const read = async (text: string) => decodeBaseline(await parseWritten(text));

const LATE = finding({ cause: 'login-timeout', message: 'too late' });
const IDLE = finding({ cause: 'idle-timeout', message: 'idle\u202e "quoted"' });

describe('a baseline', () => {
  test('is written for people, sorted, each finding once', () => {
    expect(encodeBaseline(baselineOf([LATE, IDLE, LATE], []))).toBe(`{
  "schema": "mywire/baseline/1",
  "findings": [
    {
      "fingerprint": "idle-timeout",
      "rule": "sequence-mismatch",
      "cause": "idle-timeout",
      "message": "idle\\u202e \\"quoted\\""
    },
    {
      "fingerprint": "login-timeout",
      "rule": "sequence-mismatch",
      "cause": "login-timeout",
      "message": "too late"
    }
  ]
}
`);
  });

  test('is read as it was written', async () => {
    const entries = baselineOf([LATE, IDLE], []);
    expect(await read(encodeBaseline(entries))).toEqual(entries);
    expect(await read(encodeBaseline([]))).toEqual([]);
  });

  test('keeps what people wrote beside findings that are still there', async () => {
    const before = (await read(encodeBaseline(baselineOf([LATE, IDLE], [])))).map((entry) => ({
      ...entry,
      reason: `known: ${entry.cause}`,
    }));
    const again = { ...LATE, message: 'later' };
    const after = baselineOf([again, finding({ cause: 'killed' })], before);
    expect(after.map(({ cause, message, reason }) => [cause, message, reason])).toEqual([
      ['killed', 'something broke', null],
      ['login-timeout', 'too late', 'known: login-timeout'],
    ]);
    expect(await read(encodeBaseline(after))).toEqual(after);
    expect(staleEntries(before, [again]).map(({ cause }) => cause)).toEqual(['idle-timeout']);
  });

  test.each([
    ['', 1, /has no "schema"/],
    ['[]', 1, /must be keys with values, not a list/],
    ['{"schema": "mywire/check/1", "findings": []}', 1, /not a baseline of this version/],
    ['{\n"schema": "mywire/baseline/2"}', 2, /"schema" is "mywire\/baseline\/2"/],
    ['{"schema": "mywire/baseline/1"}', 1, /"findings" must be a list/],
    ['{"schema": "mywire/baseline/1",\n"findings": [{}]}', 2, /without "fingerprint"/],
    [
      '{"schema": "mywire/baseline/1",\n"findings": [{"fingerprint": 3}]}',
      2,
      /"fingerprint" must be a text, not 3/,
    ],
    [
      '{"schema": "mywire/baseline/1",\n"findings": [{"fingerprint": "a",\n"resaon": "b"}]}',
      3,
      /unknown key "resaon"/,
    ],
  ])('that is none says so: %s', async (text, line, message) => {
    await expect(read(text)).rejects.toMatchObject({
      line,
      message: expect.stringMatching(message),
    });
  });
});
