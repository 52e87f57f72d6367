/** 64-bit integers beyond 2^53-1 become decimal strings. */
export function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/**
 * A decoded value as a table shows it: what is no plain number or text as JSON, NULL as NULL. What a malformed row has no
 * value for is not NULL.
 */
export function valueText(value: unknown): string {
  if (value === null) return 'NULL';
  if (value === undefined) return '(missing)';
  return typeof value === 'object' ? JSON.stringify(value, bigintAsText) : String(value);
}
