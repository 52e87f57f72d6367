/** The same bytes without Buffer's ways: its `slice` is no copy, and would keep all of a chunk. */
export function plain({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}
