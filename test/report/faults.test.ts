import { describe, expect, test } from 'vitest';
import type { FileFault } from '../../src/capture/record.ts';
import { FORMATS, type FormatName } from '../../src/report/index.ts';
import { finding, render, reportOf, setting } from './told.ts';

const fault: FileFault = {
  message: 'reading stopped after frame 7: interrupted by SIGINT',
  offset: null,
  frames: 7,
};
const SAYS = /reading stopped after frame 7: interrupted by SIGINT/;

/** Of records alone: there standard error and the exit code say it. */
const RECORDS_ALONE: readonly FormatName[] = ['ndjson', 'csv'];
const formats = (Object.keys(FORMATS) as FormatName[]).filter((f) => !RECORDS_ALONE.includes(f));

describe('a capture that was not read to its end is never clean', () => {
  const text = (format: FormatName, ...findings: ReturnType<typeof finding>[]) =>
    render(FORMATS[format].renderer('check', setting()), {
      ...reportOf(...findings),
      faults: [fault],
    });

  test.each(formats)('as %s', async (format) => {
    expect(await text(format)).toMatch(SAYS);
    expect(await text(format, finding())).toMatch(SAYS);
  });

  test('the table has no clean verdict', async () => {
    expect(await text('table')).toMatch(
      /^No findings in what was read\. Every sequence id that could/,
    );
  });

  test('SARIF has a run that failed', async () => {
    const [invocation] = JSON.parse(await text('sarif')).runs[0].invocations;
    expect(invocation).toMatchObject({
      executionSuccessful: false,
      toolExecutionNotifications: [
        { level: 'error', message: { text: expect.stringMatching(SAYS) } },
      ],
    });
  });

  test('JUnit has a test that failed', async () => {
    expect(await text('junit')).toMatch(/^<testsuites name="mywire" tests="\d+" failures="1"/m);
  });

  test('GitHub has an annotation', async () => {
    expect(await text('github')).toMatch(/^::error title=Not all of the capture was read::reading/);
  });

  test('JSON names the file, of several', async () => {
    const captures = ['a.pcap', 'b.pcap'].map((name) => ({ name, uri: name }));
    const at = { ...fault, offset: 99 };
    const report = { ...reportOf(), faults: [null, at] };
    const { capture } = JSON.parse(
      await render(FORMATS.json.renderer('check', setting({ captures })), report),
    );
    expect(capture.faults).toEqual([{ file: 'b.pcap', ...at }]);
    const table = await render(FORMATS.table.renderer('check', setting({ captures })), report);
    expect(table).toMatch(/^Limits: file 2: reading stopped .* \(byte 99\)$/m);
  });
});
