import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { built } from '../fixtures/record/built/index.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/built');

describe('fixtures/built', () => {
  test('has what is made, and nothing else', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(built).sort());
  });

  test.each(Object.entries(built))('%s is what `npm run fixtures` makes', (name, make) => {
    const file = readFileSync(join(FOLDER, name, 'capture.pcap'));
    expect(Buffer.compare(file, make())).toBe(0);
  });
});
