import { describe, expect, test } from 'vitest';
import { concat, hex, u8 } from '../../build/bytes.ts';
import { lenencText, progress } from '../../build/mysql.ts';
import { decode, testDecoder } from '../decoding.ts';

describe('Progress', () => {
  testDecoder([
    {
      name: 'a progress report',
      type: 'Progress',
      payload: progress(2),
      fields: { stage: 2, maxStage: 3, percent: 33, info: 'copying' },
    },
  ]);

  test.each([
    ['000000', 0],
    ['010000', 0.001],
    ['154f00', 20.245],
    ['a08601', 100],
  ])('counts in thousandths of a per cent: %s', (bytes, percent) => {
    const payload = concat(hex('ffffff 01 01 02'), hex(bytes), lenencText(''));
    expect(decode('Progress', payload).fields.percent).toBe(percent);
  });

  test('that ends too early says where', () => {
    expect(decode('Progress', u8(0xff, 0xff, 0xff)).problems).toEqual([
      'strings at offset 3 needs 1 bytes, 0 are left',
    ]);
  });
});
