/** FNV-1a's prime, and two starts that make two hashes of it. */
const PRIME = 0x01000193;
const STARTS = [0x811c9dc5, 0x9747b28c] as const;
/** Bits of the second hash: with the 32 of the first, as many as a number holds exactly. */
const MORE_BITS = 21;

/** A hash of `bytes[start, end)` with 53 bits, by which equal ones are known without being kept. */
export function markOf(bytes: Uint8Array, start: number, end: number): number {
  let [first, second]: [number, number] = [...STARTS];
  for (let at = start; at < end; at++) {
    first = Math.imul(first ^ bytes[at]!, PRIME);
    second = Math.imul(second ^ bytes[at]!, PRIME);
  }
  return (first >>> 0) * 2 ** MORE_BITS + (second >>> (32 - MORE_BITS));
}
