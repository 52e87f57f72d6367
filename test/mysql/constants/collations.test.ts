import { describe, expect, test } from 'vitest';
import { charsetNamed } from '../../../src/bytes/charset.ts';
import { charsetOf, collationName } from '../../../src/mysql/constants/collations.ts';

describe('charsetOf', () => {
  test.each([
    [8, 'latin1'],
    [28, 'gbk'],
    [33, 'utf8mb3'],
    [35, 'ucs2'],
    [45, 'utf8mb4'],
    [63, 'binary'],
    [122, 'utf16'],
    [213, 'utf8mb3'],
    [248, 'gb18030'],
    [255, 'utf8mb4'],
    [2304, 'utf8mb4'],
  ])('collation %i is of %s', (id, name) => {
    expect(charsetOf(id).name).toBe(name);
    expect(charsetOf(id)).toBe(charsetNamed(name));
  });

  test('every collation is of a character set that is known', () => {
    let known = 0;
    for (let id = 0; id < 0x1_0000; id++) {
      const name = collationName(id);
      if (name === `collation ${id}`) continue;
      known++;
      expect(`${name}_`.startsWith(`${charsetOf(id).name}_`)).toBe(true);
    }
    expect(known).toBe(1309);
  });

  test('a collation that no server has is taken for UTF-8', () => {
    expect(charsetOf(9999).name).toBe('utf8mb4');
  });
});
