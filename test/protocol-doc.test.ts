import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findOccurrences } from './protocol/occurrences.ts';
import { protocolPage } from './protocol/page.ts';

/** `npm run golden` writes the page anew. */
test('docs/protocol.md is what the code and the fixtures make it', async () => {
  const { text, missing } = protocolPage(findOccurrences());
  expect(missing).toEqual([]);
  await expect(text).toMatchFileSnapshot(join(import.meta.dirname, '../docs/protocol.md'));
});
