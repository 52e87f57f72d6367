/**
 * What a user wrote in a file: YAML, or JSON, which is YAML. As values with their lines, so that whoever reads them can
 * say where something is wrong.
 */
export type Written = WrittenScalar | WrittenList | WrittenMapping;

interface WrittenScalar {
  readonly kind: 'scalar';
  readonly line: number;
  readonly value: string | number | boolean | null;
}

export interface WrittenList {
  readonly kind: 'list';
  readonly line: number;
  readonly items: readonly Written[];
}

interface WrittenMapping {
  readonly kind: 'mapping';
  readonly line: number;
  readonly entries: readonly WrittenEntry[];
}

export interface WrittenEntry {
  readonly key: string;
  readonly line: number;
  readonly value: Written;
}

/** Something in such a file that makes no sense; the message is a sentence for people. */
export class WrittenFault extends Error {
  readonly line: number;
  /** A word that is none of those known in its place, and these: one of them may be meant. */
  readonly unknown: { readonly word: string; readonly known: readonly string[] } | null;

  constructor(line: number, message: string, unknown: WrittenFault['unknown'] = null) {
    super(message);
    this.line = line;
    this.unknown = unknown;
  }
}

/** The entries of a mapping, of which every key must be known. An empty file is an empty mapping. */
export function entriesOf(
  written: Written,
  what: string,
  known: readonly string[],
): readonly WrittenEntry[] {
  if (written.kind === 'scalar' && written.value === null) return [];
  if (written.kind !== 'mapping') {
    throw new WrittenFault(
      written.line,
      `${what} must be keys with values, not ${describe(written)}`,
    );
  }
  for (const { key, line } of written.entries) {
    if (known.includes(key)) continue;
    throw new WrittenFault(line, `unknown key "${cut(key)}" in ${what}`, { word: key, known });
  }
  return written.entries;
}

/** One value, or a list of some. */
export function itemsOf(written: Written): readonly Written[] {
  return written.kind === 'list' ? written.items : [written];
}

/** What somebody wrote, in a few words. */
export function describe(written: Written): string {
  switch (written.kind) {
    case 'list':
      return 'a list';
    case 'mapping':
      return 'keys with values';
    case 'scalar':
      return written.value === null ? 'nothing' : cut(JSON.stringify(written.value));
  }
}

/** As it could have been written in one line, for quoting it. */
export function quote(written: Written): string {
  return cut(inOneLine(written));
}

function inOneLine(written: Written): string {
  switch (written.kind) {
    case 'list':
      return `[${written.items.map(inOneLine).join(', ')}]`;
    case 'mapping':
      return `{${written.entries.map(({ key, value }) => `${key}: ${inOneLine(value)}`).join(', ')}}`;
    case 'scalar':
      return String(written.value);
  }
}

/** Characters that show what is meant. */
const MAX_QUOTE = 160;

function cut(text: string): string {
  return text.length <= MAX_QUOTE ? text : `${text.slice(0, MAX_QUOTE)}…`;
}
