import { describe, entriesOf, type Written, WrittenFault } from '../written/written.ts';

/** How many there may be. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** A number, or `{min, max}` of which one may be left out. */
export function decodeRange(written: Written, key: string): Range {
  if (written.kind !== 'mapping') {
    const exactly = wholeNumber(written, key);
    return { min: exactly, max: exactly };
  }
  let [min, max] = [0, Number.POSITIVE_INFINITY];
  const entries = entriesOf(written, `"${key}"`, ['min', 'max']);
  for (const entry of entries) {
    const number = wholeNumber(entry.value, `${key}.${entry.key}`);
    if (entry.key === 'min') min = number;
    else max = number;
  }
  if (entries.length === 0)
    throw new WrittenFault(written.line, `"${key}" has neither min nor max`);
  if (min > max) throw new WrittenFault(written.line, `"${key}" has a min above its max`);
  return { min, max };
}

function wholeNumber(written: Written, key: string): number {
  if (written.kind === 'scalar') {
    const { value } = written;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  }
  throw new WrittenFault(
    written.line,
    `"${key}" must be a whole number or {min: …, max: …}, not ${describe(written)}`,
  );
}

export function isWithin(number: number, { min, max }: Range): boolean {
  return number >= min && number <= max;
}

export function rangeText({ min, max }: Range): string {
  if (min === max) return String(min);
  if (max === Number.POSITIVE_INFINITY) return `at least ${min}`;
  return min === 0 ? `at most ${max}` : `${min} to ${max}`;
}
