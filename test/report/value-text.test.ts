import { expect, test } from 'vitest';
import { valueText } from '../../src/report/value-text.ts';

test.each([
  [null, 'NULL'],
  [undefined, '(missing)'],
  [0, '0'],
  [-1.5, '-1.5'],
  ['', ''],
  ['NULL', 'NULL'],
  ['é\n', 'é\n'],
  [true, 'true'],
  [18446744073709551615n, '18446744073709551615'],
  [{ base64: 'AP8=' }, '{"base64":"AP8="}'],
  [[1, null, 'a'], '[1,null,"a"]'],
  [[[1], [{ indicator: 'DEFAULT' }]], '[[1],[{"indicator":"DEFAULT"}]]'],
  [{ value: 'x', length: 18446744073709551615n }, '{"value":"x","length":"18446744073709551615"}'],
  [[], '[]'],
])('%o is shown as %s', (value, text) => {
  expect(valueText(value)).toBe(text);
});
