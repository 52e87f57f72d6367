import { describe, expect, test } from 'vitest';
import { KeyLog } from '../../src/tls/key-log.ts';
import { ascii, hex, toHex, zeros } from '../build/bytes.ts';
import { keyLogOf } from './replay.ts';

const RANDOM = '0123456789abcdef'.repeat(4);
const MASTER = 'fe'.repeat(48);

const find = (keys: KeyLog, label: Parameters<KeyLog['find']>[1] = 'CLIENT_RANDOM') => {
  const secret = keys.find(hex(RANDOM), label);
  return secret && toHex(secret);
};

describe('a key log', () => {
  test.each([
    ['with line feeds', `CLIENT_RANDOM ${RANDOM} ${MASTER}\n`],
    ['with carriage returns', `# by curl\r\nCLIENT_RANDOM ${RANDOM} ${MASTER}\r\n`],
    ['without a last line end', `\n\nCLIENT_RANDOM ${RANDOM} ${MASTER}`],
    ['in capitals', `CLIENT_RANDOM ${RANDOM.toUpperCase()} ${MASTER.toUpperCase()}\n`],
    [
      'amid junk',
      `junk\n\0\xff\n${'x'.repeat(5000)}\nCLIENT_RANDOM ${RANDOM} ${MASTER}\nRSA 00 11\n`,
    ],
    [
      'the last of two',
      `CLIENT_RANDOM ${RANDOM} ${'00'.repeat(48)}\nCLIENT_RANDOM ${RANDOM} ${MASTER}`,
    ],
  ])('%s', (_, text) => {
    const keys = keyLogOf(ascii(text));
    expect([keys.size, keys.knows(hex(RANDOM)), find(keys)]).toEqual([1, true, MASTER]);
  });

  test.each([
    ['a comment', `# CLIENT_RANDOM ${RANDOM} ${MASTER}`],
    ['a short random', `CLIENT_RANDOM ${RANDOM.slice(2)} ${MASTER}`],
    ['a short secret', `CLIENT_RANDOM ${RANDOM} ${'00'.repeat(31)}`],
    ['a long secret', `CLIENT_RANDOM ${RANDOM} ${'00'.repeat(49)}`],
    ['half a byte', `CLIENT_RANDOM ${RANDOM} ${MASTER.slice(1)}`],
    ['no hex', `CLIENT_RANDOM ${RANDOM} ${'0g'.repeat(48)}`],
    ['RSA', `RSA ${RANDOM.slice(16)} ${MASTER}`],
    ['another label', `EXPORTER_SECRET ${RANDOM} ${MASTER}`],
    ['an inherited name', `constructor ${RANDOM} ${MASTER}`],
    ['zeros', String.fromCharCode(...zeros(1000))],
    ['nothing', ''],
  ])('with %s has no key', (_, text) => {
    const keys = keyLogOf(ascii(text));
    expect([keys.size, keys.knows(hex(RANDOM)), find(keys)]).toEqual([0, false, null]);
  });

  test('has the secrets of a connection by label, also from several parts', () => {
    const labels = [
      'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
      'SERVER_HANDSHAKE_TRAFFIC_SECRET',
      'CLIENT_TRAFFIC_SECRET_0',
      'SERVER_TRAFFIC_SECRET_0',
    ] as const;
    const secret = (i: number) => `1${i}`.repeat(32);
    const lines = labels.map((label, i) => ascii(`${label} ${RANDOM} ${secret(i)}\n`));
    const keys = keyLogOf(...lines);
    expect(labels.map((label) => find(keys, label))).toEqual(labels.map((_, i) => secret(i)));
    expect([keys.size, find(keys)]).toEqual([1, null]);
  });

  test('keeps the latest of a great many connections', () => {
    const keys = new KeyLog();
    const lines = Array.from(
      { length: 262_145 },
      (_, i) => `CLIENT_RANDOM ${i.toString(16).padStart(64, '0')} ${'00'.repeat(32)}\n`,
    );
    keys.add(Buffer.from(lines.join('')));
    expect([keys.size, keys.knows(zeros(32))]).toEqual([262_144, false]);
    expect(keys.knows(hex((262_144).toString(16).padStart(64, '0')))).toBe(true);
  });
});
