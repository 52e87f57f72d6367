import type { Cursor } from '../bytes/cursor.ts';

/** Most statements have neither word nor URL: one cheap look decides. */
const MAY_HAVE_SECRET = /identified|password|:\/\//i;

/** Words directly before a secret once the statement has said IDENTIFIED or SET PASSWORD. */
const BEFORE_SECRET = new Set(['identified', 'by', 'as', 'using', 'replace', 'to']);
/** START REPLICA and the like take `PASSWORD = '…'`; elsewhere that compares a column. */
const STARTED = new Set(['replica', 'slave', 'group_replication']);

/**
 * What cannot contain a secret: blanks, comments, quoted identifiers, words and numbers, any one other
 * character. A comment that the server executes (`/*! … *\/`) is only its opening.
 */
const TOKEN =
  /\s+|\/\*M?!\d*|\/\*[\s\S]*?(?:\*\/|$)|(?:--(?=\s|$)|#)[^\n]*|`[^`]*(?:`|$)|[\w$]+|[\s\S]/y;

/**
 * A string with a secret of its own: the statement in PREPARE … FROM '…' and EXECUTE IMMEDIATE '…', the
 * parameters in a Spider table's COMMENT.
 */
const SECRET_IN_STRING = /\bidentified\b|\bpassword[\s\\]*[=('"]/i;

/** A FEDERATED table's CONNECTION, from its quote on: scheme://user:password@host. */
const URL_WITH_SECRET = /^.\s*\w+:\/\/[^:]*:.*@/s;

/** No statement has more; behind so many, all of it is taken out. */
const MAX_SECRETS = 10_000;

const HEX_LITERAL = /^0x[0-9a-f]+$/i;
/** Stands before a string and belongs to it: x'68', n'…', _utf8mb4'…'. */
const INTRODUCER = /^(?:x|n|b|_\w+)$/i;

/**
 * Takes the secrets out of a statement, or out of an error message that quotes one:
 *
 *   IDENTIFIED [WITH|VIA plugin] BY|AS|USING [PASSWORD] '…' [REPLACE '…']
 *   SET PASSWORD [FOR user] = [PASSWORD(]'…'     PASSWORD('…')     OLD_PASSWORD('…')
 *   MASTER_PASSWORD = '…'     SOURCE_PASSWORD = '…'     PASSWORD '…' in a list of options
 *   START REPLICA … PASSWORD = '…'     CONNECTION = 'mysql://user:…@host'
 *
 * Whether a backslash escapes the quote behind it, only the server's sql_mode says: where there are
 * backslashes, what is a secret in either reading goes.
 *
 * One pass over tokens, so its time is linear in hostile statements too. When something was taken
 * out, the cursor's base64 copies of invalid text go with it: they hold the same secret.
 */
export function redactSecrets(c: Cursor, text: string): string {
  if (!MAY_HAVE_SECRET.test(text)) return text;
  const secrets: Range[] = [];
  findSecrets(text, true, secrets);
  if (text.includes('\\')) findSecrets(text, false, secrets);
  if (secrets.length === 0) return text;
  c.invalidText.length = 0;
  let out = '';
  let copied = 0;
  for (const { start, end } of merged(secrets)) {
    out += `${text.slice(copied, start)}'<${nameOf(text, start, end)}>'`;
    copied = end;
  }
  return out + text.slice(copied);
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Where they overlap, one range of both. */
function merged(ranges: Range[]): Range[] {
  const all: Range[] = [];
  for (const range of ranges.sort((a, b) => a.start - b.start)) {
    const last = all.at(-1);
    if (last === undefined || range.start >= last.end) all.push(range);
    else all[all.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
  }
  return all;
}

/** Adds the literals that are secrets, quotes and all. */
function findSecrets(text: string, escapes: boolean, secrets: Range[]): void {
  const most = secrets.length + MAX_SECRETS;
  /** The last two words in lower case, and the last mark behind them. */
  let before = '';
  let word = '';
  let mark = '';
  let identified = false;
  let setPassword = false;
  let started = false;
  let pos = 0;
  const isSecret = () =>
    (identified && BEFORE_SECRET.has(word)) ||
    (setPassword && (mark === '=' || BEFORE_SECRET.has(word))) ||
    (word.endsWith('password') && (mark !== '=' || word !== 'password' || started));
  const holdsSecret = (string: string) =>
    mark === '='
      ? SECRET_IN_STRING.test(string) || (word === 'connection' && URL_WITH_SECRET.test(string))
      : (word === 'from' || word === 'immediate') && SECRET_IN_STRING.test(string);
  while (pos < text.length) {
    const at = pos;
    if (secrets.length === most) {
      secrets.push({ start: at, end: text.length });
      return;
    }
    const first = text[at]!;
    if (first === "'" || first === '"') {
      pos = closingQuote(text, at, escapes);
      if (isSecret() || holdsSecret(text.slice(at, pos))) secrets.push({ start: at, end: pos });
      mark = first;
      continue;
    }
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)![0];
    pos += token.length;
    if (/^(?:\s|#|--|\/\*)/.test(token)) continue;
    if (!/^[\w$]/.test(token)) {
      mark = token;
      if (token === ';') {
        identified = setPassword = started = false;
        word = '';
      }
    } else if (INTRODUCER.test(token) && (text[pos] === "'" || text[pos] === '"')) {
      // Nothing changes: the string behind it stands where the two stand.
    } else if (HEX_LITERAL.test(token) && isSecret()) {
      secrets.push({ start: at, end: pos });
    } else {
      before = word;
      word = token.toLowerCase();
      mark = '';
      if (word === 'identified') identified = true;
      if (word === 'password' && before === 'set') setPassword = true;
      if (STARTED.has(word) && before === 'start') started = true;
      // SET takes a list: SET NAMES utf8, PASSWORD = '…'
      if (before === '' && word === 'set') started = true;
    }
  }
}

/** The end of the string that opens at `start`; of the text where it does not close. */
function closingQuote(text: string, start: number, escapes: boolean): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (escapes && text[at] === '\\') at++;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return text.length;
}

/** What stands in a secret's place. */
function nameOf(text: string, start: number, end: number): string {
  const quote = text[start];
  if (quote === '0') return `${end - start - 2} hex digits`;
  if (quote !== "'" && quote !== '"') return `${end - start} characters`;
  const closed = end - start > 1 && text[end - 1] === quote;
  return `${end - start - (closed ? 2 : 1)} characters`;
}
