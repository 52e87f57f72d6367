/** Typing errors at which a word is still taken for another. */
const MAX_ERRORS = 2;

/** The one of some words that is meant by another, however mistyped, or null. */
export function similar(typed: string, words: readonly string[]): string | null {
  const [best] = words
    .map((word) => ({ word, errors: errorsBetween(typed, word) }))
    .sort((a, b) => a.errors - b.errors);
  return best !== undefined && best.errors <= MAX_ERRORS ? best.word : null;
}

/** Characters to insert, leave out, exchange, or swap with their neighbour (optimal string alignment). */
function errorsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_ERRORS) return Number.POSITIVE_INFINITY;
  const rows: number[][] = [];
  for (let i = 0; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      if (i === 0) {
        row.push(j);
        continue;
      }
      const exchanged = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? rows[i - 2]![j - 2]! + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(row[j - 1]! + 1, rows[i - 1]![j]! + 1, exchanged, swapped));
    }
  }
  return rows[a.length]![b.length]!;
}
