import { textOfUnits } from '../bytes/text.ts';
import { SIGNATURES } from './signatures.ts';

export type Side = 'client' | 'server';

/** More than the longest signature looks at. */
const HEAD_BYTES = 64;

/** The protocol other than MySQL whose streams start like this; `side` is null where nobody knows who sent it. */
export function protocolOf(bytes: Uint8Array, side: Side | null): string | null {
  const head = textOfUnits(bytes.subarray(0, HEAD_BYTES));
  const found = SIGNATURES.find(
    ({ client, server }) =>
      (side !== 'server' && client?.test(head)) || (side !== 'client' && server?.test(head)),
  );
  return found?.name ?? null;
}

/** What who looks for MySQL can make of finding this protocol; null where there is nothing to say. */
export function adviceOn(protocol: string): string | null {
  return SIGNATURES.find(({ name }) => name === protocol)?.advice ?? null;
}
