import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { analyze } from '../mysql/analyze.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const NAMES = ['capture.pcap', 'capture.pcapng', 'capture.pcap.gz'];

const captures = readdirSync(FIXTURES)
  .filter((theme) => theme !== 'record' && !theme.includes('.'))
  .flatMap((theme) => readdirSync(join(FIXTURES, theme)).map((name) => join(theme, name)))
  .flatMap((name) => NAMES.map((file) => join(name, file)))
  .filter((file) => existsSync(join(FIXTURES, file)));

/** A connection whose login failed, or came to no end, and nothing of it is missing. */
test('no login fails in silence, in any fixture', () => {
  const silent: string[] = [];
  for (const file of captures) {
    const bytes = readFileSync(join(FIXTURES, file));
    const capture = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    const { report } = analyze(capture, { packets: false });
    const told = new Set(report.findings.flatMap(({ connections }) => connections));
    for (const { connection, login, facts, midstream } of report.conversations) {
      if (login !== 'failed' && login !== 'incomplete') continue;
      if (facts.bytesMissing || midstream || told.has(connection.number)) continue;
      silent.push(`${file}: connection ${connection.number}, login ${login}`);
    }
  }
  expect(silent).toEqual([]);
});
