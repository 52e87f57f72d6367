import { readFileSync } from 'node:fs';
import type { LineCounter as Lines, Node } from 'yaml';
import { type Written, WrittenFault } from '../written/written.ts';
import { InputError } from './input-error.ts';
import { reasonOf } from './read-capture.ts';

/** Far deeper than anything that is asked for; what stands there is walked by recursion. */
const MAX_DEPTH = 16;

/** What stands in a YAML or JSON file. */
export async function readWritten(path: string): Promise<Written> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(reasonOf(error));
  }
  if (text.includes('\0')) throw new InputError('not a text file');
  if (text.length > MAX_LENGTH) throw new InputError('too large for a file that people write');
  return parseWritten(text);
}

/** Of a baseline with some ten thousand findings; a capture that is named by mistake is larger. */
const MAX_LENGTH = 16 * 1024 * 1024;

export async function parseWritten(text: string): Promise<Written> {
  // Loaded only when there is such a file: it would delay every start.
  const { isMap, isScalar, isSeq, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parse();
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    throw new WrittenFault(
      lines.linePos(problem.pos[0]).line,
      `not YAML or JSON: ${problem.message}`,
    );
  }
  return convert(document.contents, 1, 0);

  function parse() {
    try {
      return parseDocument(text, { lineCounter: lines, prettyErrors: false });
    } catch (error) {
      // The parser calls itself for what is nested.
      if (error instanceof RangeError) throw new WrittenFault(1, 'nested too deeply');
      throw error;
    }
  }

  function convert(node: unknown, parentLine: number, depth: number): Written {
    const line = lineOf(node as Node | null, lines) ?? parentLine;
    if (depth > MAX_DEPTH) throw new WrittenFault(line, 'nested too deeply');
    if (node === null) return { kind: 'scalar', line, value: null };
    if (isScalar(node)) {
      const { value } = node;
      // An integer beyond 2^53-1, a date: whatever it is, it stands there as text.
      const isPlain = value === null || ['string', 'number', 'boolean'].includes(typeof value);
      return { kind: 'scalar', line, value: isPlain ? (value as string) : String(value) };
    }
    if (isSeq(node)) {
      return {
        kind: 'list',
        line,
        items: node.items.map((item) => convert(item, line, depth + 1)),
      };
    }
    if (isMap(node)) {
      const entries = node.items.map(({ key, value }) => ({
        key: isScalar(key) ? String(key.value) : String(key),
        line: lineOf(key as Node, lines) ?? line,
        value: convert(value, lineOf(key as Node, lines) ?? line, depth + 1),
      }));
      return { kind: 'mapping', line, entries };
    }
    throw new WrittenFault(line, 'aliases (*name) are not read: write the value itself');
  }
}

function lineOf(node: Node | null, lines: Lines): number | null {
  return node?.range == null ? null : lines.linePos(node.range[0]).line;
}
