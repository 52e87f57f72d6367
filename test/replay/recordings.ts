import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const CAPTURES = ['capture.pcap', 'capture.pcapng', 'capture.pcap.gz'];

/** The recorded servers'. */
export const PORTS = [33061, 33062];

/** `THEME/CASE` of every capture. */
export const RECORDINGS: readonly string[] = readdirSync(FIXTURES)
  .filter((theme) => theme !== 'record' && !theme.includes('.'))
  .flatMap((theme) => readdirSync(join(FIXTURES, theme)).map((name) => `${theme}/${name}`));

export function captureOf(recording: string): Uint8Array {
  const file = CAPTURES.map((it) => join(FIXTURES, recording, it)).find(existsSync)!;
  const bytes = readFileSync(file);
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** What lies beside a capture; empty where nothing does. */
export function besideOf(recording: string, name: string): Uint8Array {
  const file = join(FIXTURES, recording, name);
  return existsSync(file) ? readFileSync(file) : new Uint8Array();
}
