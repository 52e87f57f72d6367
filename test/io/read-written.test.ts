import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseWritten, readWritten } from '../../src/io/read-written.ts';
import { quote, type Written, WrittenFault } from '../../src/written/written.ts';

/** As plain values. */
function plain(written: Written): unknown {
  if (written.kind === 'scalar') return written.value;
  if (written.kind === 'list') return written.items.map(plain);
  return Object.fromEntries(written.entries.map(({ key, value }) => [key, plain(value)]));
}

describe('what a user wrote', () => {
  test('has its lines', async () => {
    expect(await parseWritten('a: 1\n# b\nc:\n  - x\n  - {d: true}\n')).toEqual({
      kind: 'mapping',
      line: 1,
      entries: [
        { key: 'a', line: 1, value: { kind: 'scalar', line: 1, value: 1 } },
        {
          key: 'c',
          line: 3,
          value: {
            kind: 'list',
            line: 4,
            items: [
              { kind: 'scalar', line: 4, value: 'x' },
              {
                kind: 'mapping',
                line: 5,
                entries: [{ key: 'd', line: 5, value: { kind: 'scalar', line: 5, value: true } }],
              },
            ],
          },
        },
      ],
    });
  });

  test('is quoted in one line', async () => {
    const text = 'a: [1, x, true]\nb: {min: 1, max: }\n';
    expect(quote(await parseWritten(text))).toBe('{a: [1, x, true], b: {min: 1, max: null}}');
  });

  test('is JSON, too', async () => {
    const values = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, fc.string(), fc.boolean(), fc.integer(), tie('list')),
      list: fc.array(tie('value'), { maxLength: 4 }),
    })).list;
    await fc.assert(
      fc.asyncProperty(values, fc.constantFrom(undefined, 2, '\t'), async (value, indent) => {
        expect(plain(await parseWritten(JSON.stringify(value, null, indent)))).toEqual(value);
      }),
    );
  });

  test.each([
    ['a: [1\nb: 2', 2, /^not YAML or JSON: /],
    ['a: 1\na: 2', 2, /Map keys must be unique/],
    ['a: &x [1]\nb: *x', 2, /^aliases/],
    ['a: 1\n---\nb: 2', 2, /^not YAML or JSON: /],
    ['a: !!js/regexp /x/', 1, /^not YAML or JSON: /],
    [`${'['.repeat(40)}${']'.repeat(40)}`, 1, /^nested too deeply$/],
    ['['.repeat(100_000), 1, /./],
  ])('that cannot be read says where: %j', async (text, line, message) => {
    await expect(parseWritten(text)).rejects.toMatchObject({
      line,
      message: expect.stringMatching(message),
    });
  });

  test('never ends otherwise', async () => {
    const soup = fc.array(
      fc.constantFrom(
        'a',
        ': ',
        '\n',
        '  ',
        '- ',
        '[',
        ']',
        '{',
        '}',
        '&a ',
        '*a',
        '!!x ',
        '"',
        '|',
      ),
    );
    await fc.assert(
      fc.asyncProperty(soup, async (pieces) => {
        const read = await parseWritten(pieces.join('')).catch((error) => error);
        if (read instanceof Error) expect(read).toBeInstanceOf(WrittenFault);
      }),
    );
  });
});

test.each([
  ['no/such/file', 'no such file'],
  [import.meta.dirname, 'a directory, not a file'],
  [join(import.meta.dirname, '../../fixtures/login/plain/capture.pcap'), 'not a text file'],
])('a file that cannot be read says why: %s', async (path, message) => {
  await expect(readWritten(path)).rejects.toThrow(message);
});
