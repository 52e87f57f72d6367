import type { CauseText } from './cause.ts';
import type { DriverText } from './finding.ts';
import { CAUSES } from './index.ts';
import {
  ERRORS,
  type ErrorSpec,
  LAST_MESSAGES,
  MESSAGES,
  type Meaning,
  type MessageSpec,
} from './messages.ts';
import { meaningOf, NUMBERS, type Numbers } from './numbers.ts';
import { UNSEEN_CAUSES } from './unseen.ts';

/** What somebody's error message says to who knows the protocol. */
export interface Reading {
  /** Who prints such a message. */
  readonly by: string;
  /** As it stands in what was given. */
  readonly text: string;
  readonly numbers: Numbers | null;
  readonly means: string;
  /** The most likely first. */
  readonly causes: readonly CauseText[];
}

/** All causes that can be explained. */
export const EXPLAINED: readonly CauseText[] = [...CAUSES, ...UNSEEN_CAUSES];

/** What people see of a cause: what drivers and servers print for it, and which sequence ids they name. */
export function printedFor({ id, drivers }: CauseText): DriverText[] {
  const numbers = NUMBERS.filter(({ causes }) => causes.slice(0, LIKELY).includes(id));
  const errors = ERRORS.filter(({ causes }) => causes[0] === id);
  const known = drivers.map(({ text }) => text);
  return [
    ...numbers.map(({ shown }) => ({ driver: 'any that looks at sequence ids', text: shown })),
    ...drivers,
    ...errors
      .filter(({ text }) => !known.some((other) => other.includes(text)))
      .map(({ code, text }) => ({ driver: `the server, in ERR ${code}`, text })),
  ];
}

/** Of the causes that some numbers lead to, those whose page names them. */
const LIKELY = 3;

/** Text that a cause's drivers print and that is shorter could be anything. */
const MIN_TEXT = 12;

/** Words that stand for `{…}`. */
const WORDS = '.{1,200}?';

/** The message in a text that has more around it: a stack trace, a log's prefix. Null where there is none. */
export function readMessage(given: string): Reading | null {
  const text = given.replaceAll(/\s+/g, ' ').replaceAll('’', "'").trim();
  return (
    firstOf(MESSAGES, text, messageReading) ??
    firstOf(ERRORS, text, errorReading) ??
    byCode(text) ??
    firstOf(LAST_MESSAGES, text, messageReading) ??
    derived(text)
  );
}

function firstOf<T extends { text: string }>(
  specs: readonly T[],
  text: string,
  reading: (spec: T, match: RegExpExecArray, text: string) => Reading,
): Reading | null {
  for (const spec of specs) {
    const match = patternOf(spec.text).exec(text);
    if (match !== null) return reading(spec, match, text);
  }
  return null;
}

function messageReading(spec: MessageSpec, match: RegExpExecArray, text: string): Reading {
  const { got, expected, size } = match.groups ?? {};
  const numbers =
    got === undefined || expected === undefined
      ? null
      : { got: Number(got), expected: Number(expected), byServer: spec.byServer === true };
  const { means, causes } = spec.meaning ?? meaningOf(numbers!);
  const packet = size === undefined ? null : packetOf(Number(size), numbers!.got);
  return readingOf(spec.by, match[0], text, numbers, {
    means: packet === null ? means : `${packet.means} ${means}`,
    causes: [...(packet?.causes ?? []), ...causes],
  });
}

function errorReading(spec: ErrorSpec, match: RegExpExecArray, text: string): Reading {
  return readingOf(`the server, in ERR ${spec.code}`, match[0], text, null, {
    means: 'The server says itself what is wrong, and the driver passes it on.',
    causes: spec.causes,
  });
}

/** "(1040, …)", "ERROR 1040 (HY000)", "Error 1040:", "errno: 1040": where the text is in another language. */
function byCode(text: string): Reading | null {
  const match = /(?:\berr(?:or|no)?:? |\()(\d{4})\b/i.exec(text);
  const spec = ERRORS.find(({ code }) => code === Number(match?.[1]));
  return match === null || spec === undefined ? null : errorReading(spec, match, text);
}

/** What only a cause itself says that drivers print. */
function derived(text: string): Reading | null {
  for (const { drivers } of EXPLAINED) {
    for (const printed of drivers) {
      const match = matchOf(printed.text, text);
      if (match !== null) {
        return readingOf(printed.driver, match[0], text, null, {
          means: 'This text alone does not say why; a capture does.',
          causes: [],
        });
      }
    }
  }
  return null;
}

function readingOf(
  by: string,
  found: string,
  text: string,
  numbers: Numbers | null,
  { means, causes }: Meaning,
): Reading {
  const named = causes.flatMap((id) => EXPLAINED.find((cause) => cause.id === id) ?? []);
  // Numbers tell more than a text that stands for any of them.
  const printing =
    numbers !== null
      ? []
      : EXPLAINED.filter(({ drivers }) => drivers.some((d) => matchOf(d.text, text) !== null));
  return { by, text: found, numbers, means, causes: [...new Set([...named, ...printing])] };
}

/** What a cause says that drivers print, whatever its numbers. */
function matchOf(printed: string, text: string): RegExpExecArray | null {
  if (printed.length < MIN_TEXT) return null;
  return patternOf(printed.replaceAll(/\d+/g, '{n}')).exec(text);
}

const PATTERNS = new Map<string, RegExp>();

function patternOf(template: string): RegExp {
  let pattern = PATTERNS.get(template);
  if (pattern === undefined) {
    const parts = template.split(/(\{[a-z]+\}|\{…\}|…)/);
    const source = parts.map((part) => PLACEHOLDERS[part] ?? escaped(part)).join('');
    pattern = new RegExp(source, 'i');
    PATTERNS.set(template, pattern);
  }
  return pattern;
}

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  '{got}': '(?<got>\\d{1,3})',
  '{expected}': '(?<expected>\\d{1,3})',
  '{size}': '(?<size>\\d{1,8})',
  '{n}': '\\d{1,20}',
  '{…}': WORDS,
  '…': WORDS,
};

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The header's and the ERR's bytes before the text: 0xff, code, and "#" with the SQL state. */
const ERROR_HEAD = 3;
const SQL_STATE = 6;

const FIRST_PRINTABLE = 0x20;
const LAST_PRINTABLE = 0x7e;

/** mysqlnd shows a packet's length and number: the four bytes it took for a header, or a known ERR by its length. */
function packetOf(size: number, number: number): Meaning | null {
  const bytes = Uint8Array.of(size & 0xff, (size >> 8) & 0xff, (size >> 16) & 0xff, number);
  if (bytes.every((byte) => byte >= FIRST_PRINTABLE && byte <= LAST_PRINTABLE)) {
    return {
      means: `The four bytes that mysqlnd took for a packet header are "${String.fromCharCode(...bytes)}".`,
      causes: [],
    };
  }
  const error = ERRORS.find(
    ({ text, beforeLogin }) => size === ERROR_HEAD + (beforeLogin ? 0 : SQL_STATE) + text.length,
  );
  if (error === undefined) return null;
  return {
    means: `A packet of ${size} bytes is mostly ERR ${error.code} '${error.text}'.`,
    causes: error.causes,
  };
}
