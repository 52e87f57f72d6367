import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readPcap } from './capture.ts';
import { outcomeOf, type Subject } from './outcome.ts';
import { Connections } from './streams.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');

/** Not recordings, or of conversations that break by themselves, or not of this protocol. */
const OTHER_THEMES = ['record', 'sequence', 'refused', 'other'];

/** How many seeds each damage is done with; `DAMAGE_SEEDS=50` for the long run. */
export const SEEDS = Array.from(
  { length: Number(process.env.DAMAGE_SEEDS ?? 1) },
  (_, i) => i * 7919 + 1,
);

/** Where text is in another character set than UTF-8 by what the login or SET NAMES says. */
const OTHER_CHARSETS = /^charsets|session-track-mysql|login\/before-41/;

function subjectOf(file: Uint8Array, of: Pick<Subject, 'keyLog' | 'rows' | 'charsetsAreKnown'>) {
  const capture = readPcap(file);
  return { capture, connections: new Connections(capture), ...of };
}

/** The recordings in which nothing goes wrong. */
export function fixtures(): { name: string; subject: Subject }[] {
  return readdirSync(FIXTURES)
    .filter((theme) => !OTHER_THEMES.includes(theme) && !theme.includes('.'))
    .flatMap((theme) => readdirSync(join(FIXTURES, theme)).map((name) => `${theme}/${name}`))
    .filter((name) => existsSync(join(FIXTURES, name, 'capture.pcap')))
    .map((name) => {
      const keys = join(FIXTURES, name, 'keys.log');
      const keyLog = existsSync(keys) ? readFileSync(keys) : null;
      const file = readFileSync(join(FIXTURES, name, 'capture.pcap'));
      const charsetsAreKnown = !OTHER_CHARSETS.test(name);
      return { name, subject: subjectOf(file, { keyLog, rows: true, charsetsAreKnown }) };
    })
    .filter(({ subject }) => outcomeOf(subject).errors.length === 0);
}

/** What sysbench and two full table reads send; `oltp` in Ethernet's segments, `oltp-offload` in loopback's. */
export function recording(name: 'oltp' | 'oltp-offload'): Subject {
  const file = readFileSync(join(import.meta.dirname, `${name}.pcap.gz`));
  return subjectOf(gunzipSync(file), { keyLog: null, rows: false, charsetsAreKnown: true });
}
