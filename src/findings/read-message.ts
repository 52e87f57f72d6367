import type { CauseText } from './cause.ts';
import { DRIVER_ERRORS, ERROR_NAMES, ERRORS, type ErrorSpec, SQL_STATES } from './error-codes.ts';
import type { DriverText } from './finding.ts';
import { CAUSES } from './index.ts';
import type { Meaning } from './meanings.ts';
import { LAST_MESSAGES, MESSAGES, type MessageSpec } from './messages.ts';
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
  /** It leaves most open: a lost connection, a code alone. */
  readonly isVague: boolean;
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
      .map((error) => ({ driver: senderOf(error), text: error.text })),
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
  const text = plain(given);
  if (text === '') return null;
  const telling =
    firstOf(MESSAGES, text, messageReading) ??
    firstOf(ERRORS, text, errorReading) ??
    byServerCode(text);
  if (telling !== null) return telling;
  const vague =
    firstOf(LAST_MESSAGES, text, messageReading) ??
    byDriverCode(text) ??
    bySqlState(text) ??
    derived(text);
  return vague === null ? null : { ...vague, isVague: true };
}

/** On one line, with one kind of apostrophe. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('’', "'").trim();
}

function firstOf<T extends { text: string }>(
  specs: readonly T[],
  text: string,
  reading: (spec: T, match: RegExpExecArray, text: string) => Reading,
): Reading | null {
  const lower = text.toLowerCase();
  for (const spec of specs) {
    const match = patternOf(spec.text).exec(text, lower);
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
  return readingOf(senderOf(spec), match[0], text, null, {
    means: spec.means ?? 'The server says itself what is wrong, and the driver passes it on.',
    causes: spec.causes,
  });
}

function senderOf({ by = 'the server', code }: ErrorSpec): string {
  return `${by}, in ERR ${code}`;
}

/** "(1040, …)", "ERROR 1040 (HY000)", "errno: 1040", "ER_CON_COUNT_ERROR": where the text is in another language. */
function byServerCode(text: string): Reading | null {
  const found = numberedIn(text, ERRORS, ({ code }) => ERROR_NAMES.get(code));
  return found === null ? null : errorReading(found.spec, found.match, text);
}

/** The same of the errors that drivers number themselves. */
function byDriverCode(text: string): Reading | null {
  const found = numberedIn(text, DRIVER_ERRORS, ({ name }) => name);
  if (found === null) return null;
  const { by, code, meaning } = found.spec;
  return readingOf(`${by}, error ${code}`, found.match[0], text, null, meaning);
}

const IS_CODE = /^(\d{4,5})$/;
/** A number in the place of an error's. */
const CODE =
  /(?:\berr(?:or|no)?(?: code)?['"]?[:=]? ?|\bno: |\] ?\[|\(HY000\/|\((?=\d{4,5}, ['"]))(\d{4,5})(?=[)\]:,. ]|$)/i;
const NAME = /\b(?:ER|CR)_[A-Z_0-9]+\b/;

function numberedIn<T extends { code: number }>(
  text: string,
  specs: readonly T[],
  nameOf: (spec: T) => string | undefined,
): { spec: T; match: RegExpExecArray } | null {
  const name = NAME.exec(text);
  const code = IS_CODE.exec(text) ?? CODE.exec(text);
  for (const [match, is] of [
    [name, (spec: T) => nameOf(spec) === name?.[0]],
    [code, (spec: T) => spec.code === Number(code?.[1])],
  ] as const) {
    const spec = match === null ? undefined : specs.find(is);
    if (match !== null && spec !== undefined) return { spec, match };
  }
  return null;
}

function bySqlState(text: string): Reading | null {
  const match = /(?:^|sqlstate[^a-z0-9]{1,3})([0-9A-Z]{5})(?:$|\b)/i.exec(text);
  const meaning = SQL_STATES.get(match?.[1] ?? '');
  if (match === null || meaning === undefined) return null;
  return readingOf(`any, as SQLSTATE ${match[1]}`, match[0], text, null, meaning);
}

/** What only a cause itself says that drivers print. */
function derived(text: string): Reading | null {
  const lower = text.toLowerCase();
  for (const { driver, pattern } of printedTexts()) {
    const match = pattern.exec(text, lower);
    if (match !== null) {
      return readingOf(driver, match[0], text, null, {
        means: 'This text alone does not say why; a capture does.',
        causes: [],
      });
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
  const lower = text.toLowerCase();
  // Numbers tell more than a text that stands for any of them.
  const printing =
    numbers !== null
      ? []
      : printedTexts()
          .filter(({ pattern }) => pattern.exec(text, lower) !== null)
          .map(({ cause }) => cause);
  const all = [...new Set([...named, ...printing])];
  return { by, text: found.trim(), numbers, means, causes: all, isVague: false };
}

interface PrintedText {
  readonly cause: CauseText;
  readonly driver: string;
  readonly pattern: Pattern;
}

let printed: readonly PrintedText[] | null = null;

/** What the causes say that drivers print, whatever its numbers. */
function printedTexts(): readonly PrintedText[] {
  printed ??= EXPLAINED.flatMap((cause) =>
    cause.drivers
      .filter(({ text }) => text.length >= MIN_TEXT)
      .map(({ driver, text }) => {
        return { cause, driver, pattern: patternOf(text.replaceAll(/\d+/g, '{n}')) };
      }),
  );
  return printed;
}

/** A template to look for, and the longest part of it that stands as it is: most texts do not even have that. */
class Pattern {
  private readonly regExp: RegExp;
  readonly fixed: string;

  constructor(template: string) {
    const parts = template.split(/(\{[a-z]+\}|\{…\}|…)/);
    const fixed = parts.filter((part) => PLACEHOLDERS[part] === undefined);
    const source = parts.map((part) => PLACEHOLDERS[part] ?? escaped(part)).join('');
    this.regExp = new RegExp(source, 'i');
    this.fixed = fixed.toSorted((a, b) => b.length - a.length)[0]!.toLowerCase();
  }

  /** `lower` is the text in small letters. */
  exec(text: string, lower: string): RegExpExecArray | null {
    return lower.includes(this.fixed) ? this.regExp.exec(text) : null;
  }
}

/**
 * Whether a text, in small letters, can have a message at all: most lines of a log have not, and this is much quicker
 * than to look for each.
 */
export function mayHaveMessage(lower: string): boolean {
  keys ??= keysByStart();
  for (let at = 0; at + START <= lower.length; at++) {
    const candidates = keys[slotOf(lower, at)];
    if (candidates?.some((key) => lower.startsWith(key, at))) return true;
  }
  return false;
}

/** Characters by which it is found which keys can stand at a place. */
const START = 3;
const SLOTS = 1 << 15;

/** What every text that has a message has: the fixed part of it, or an error's number or name. */
let keys: readonly (readonly string[] | undefined)[] | null = null;

function keysByStart(): (readonly string[] | undefined)[] {
  const codes = [...ERRORS, ...DRIVER_ERRORS].map(({ code }) => code);
  const all = [
    ...[...MESSAGES, ...ERRORS, ...LAST_MESSAGES].map(({ text }) => patternOf(text).fixed),
    ...printedTexts().map(({ pattern }) => pattern.fixed),
    ...[...ERROR_NAMES.values(), ...DRIVER_ERRORS.map(({ name }) => name.toLowerCase())],
    ...codes.flatMap((code) => [`(${code}, `, `] [${code}`, ` no: ${code}`]),
    ...['error ', 'error: ', 'error code', 'errno', '(hy000/', 'sqlstate'],
  ];
  const slots: string[][] = Array(SLOTS);
  for (const key of new Set(all.map((one) => one.toLowerCase()))) {
    const slot = slotOf(key, 0);
    slots[slot] ??= [];
    slots[slot].push(key);
  }
  return slots;
}

function slotOf(text: string, at: number): number {
  let hash = 0;
  for (let i = at; i < at + START; i++) hash = Math.imul(hash, 31) + text.charCodeAt(i);
  return hash & (SLOTS - 1);
}

const PATTERNS = new Map<string, Pattern>();

function patternOf(template: string): Pattern {
  let pattern = PATTERNS.get(template);
  if (pattern === undefined) {
    pattern = new Pattern(template);
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
