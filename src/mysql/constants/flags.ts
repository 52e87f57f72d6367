/** Names of the bits set in `value`, lowest first; a bit without a name becomes `BIT_n`. */
export function flagNames(names: readonly string[], value: number, firstBit = 0): string[] {
  const set: string[] = [];
  for (let bit = 0; bit < 32; bit++) {
    if ((value >>> bit) & 1) set.push(names[bit] || `BIT_${bit + firstBit}`);
  }
  return set;
}
