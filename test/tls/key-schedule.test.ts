import { expect, test } from 'vitest';
import { tlsCrypto } from '../../src/io/tls-crypto.ts';
import { expandLabel } from '../../src/tls/key-schedule.ts';
import { hex, toHex } from '../build/bytes.ts';

// RFC 8448, section 3: the server's handshake traffic secret, and the write key and IV derived from it.
test('a traffic secret gives key and IV', () => {
  const secret = hex('b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38');
  expect(toHex(expandLabel(tlsCrypto, 'sha256', secret, 'key', 16))).toBe(
    '3fce516009c21727d0f2e4e86ee403bc',
  );
  expect(toHex(expandLabel(tlsCrypto, 'sha256', secret, 'iv', 12))).toBe(
    '5d313eb2671276ee13000b30',
  );
});
