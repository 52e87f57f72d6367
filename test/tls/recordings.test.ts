import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ascii, hex, toAscii } from '../build/bytes.ts';
import { keyLogOf, replay, segments } from './replay.ts';
import type { Run } from './session.ts';

// What Node's TLS cannot do: recordings/README.md says how these were made.

interface Recording {
  readonly keyLog: readonly string[];
  readonly runs: readonly { readonly from: 'client' | 'server'; readonly hex: string }[];
}

function load(name: string): { runs: Run[]; keyLog: Uint8Array } {
  const path = join(import.meta.dirname, `recordings/${name}.json`);
  const { keyLog, runs }: Recording = JSON.parse(readFileSync(path, 'utf8'));
  return {
    runs: runs.map(({ from, hex: digits }) => ({
      fromClient: from === 'client',
      bytes: hex(digits),
    })),
    keyLog: ascii(keyLog.join('\n')),
  };
}

describe.each([1, 7, 1448])('in segments of %i', (size) => {
  test('keys are updated by both sides', () => {
    const { runs, keyLog } = load('key-update');
    const { connection, client, server, told } = replay(segments(runs, size), keyLogOf(keyLog));
    expect(toAscii(client)).toBe('one\nthree\nfive\neight\n');
    expect(toAscii(server)).toBe('two\nfour\nsix\nseven\n');
    expect([told, connection.fault]).toEqual([[], null]);
  });

  test.each([
    ['accepted', 'TLS_AES_256_GCM_SHA384'],
    ['rejected', 'TLS_AES_256_GCM_SHA384'],
  ])('early data that is %s is passed over, and said to be missing', (what, cipher) => {
    const { runs, keyLog } = load(`early-data-${what}`);
    const { connection, client, server, told } = replay(segments(runs, size), keyLogOf(keyLog));
    expect(toAscii(client)).toBe('late data\n');
    expect(toAscii(server)).toBe('answer\n');
    expect(connection.cipher).toBe(cipher);
    expect(connection.fault).toBeNull();
    expect([...new Set(told)]).toEqual(['client gap']);
  });
});
