import type { Cursor } from '../bytes/cursor.ts';

/** Most statements have neither word: one cheap look decides. */
const MAY_HAVE_SECRET = /identified|password/i;

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

/** A string that holds a statement with a secret of its own: PREPARE … FROM '…', EXECUTE IMMEDIATE '…'. */
const STATEMENT_IN_STRING = /\bidentified\b|\bpassword\s*[=(]/i;

const HEX_LITERAL = /^0x[0-9a-f]+$/i;
/** Stands before a string and belongs to it: x'68', n'…', _utf8mb4'…'. */
const INTRODUCER = /^(?:x|n|b|_\w+)$/i;

/**
 * Takes the secrets out of a statement, or out of an error message that quotes one:
 *
 *   IDENTIFIED [WITH|VIA plugin] BY|AS|USING [PASSWORD] '…' [REPLACE '…']
 *   SET PASSWORD [FOR user] = [PASSWORD(]'…'     PASSWORD('…')     OLD_PASSWORD('…')
 *   MASTER_PASSWORD = '…'     SOURCE_PASSWORD = '…'     PASSWORD '…' in a list of options
 *   START REPLICA … PASSWORD = '…'
 *
 * One pass over tokens, so its time is linear in hostile statements too. When something was taken
 * out, the cursor's base64 copies of invalid text go with it: they hold the same secret.
 */
export function redactSecrets(c: Cursor, text: string): string {
  if (!MAY_HAVE_SECRET.test(text)) return text;
  let out = '';
  let copied = 0;
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
  const hide = (start: number, end: number, what: string) => {
    out += `${text.slice(copied, start)}'<${what}>'`;
    copied = end;
  };
  while (pos < text.length) {
    const at = pos;
    const first = text[at]!;
    if (first === "'" || first === '"') {
      pos = closingQuote(text, at);
      const isStatement =
        (mark === '=' || word === 'from' || word === 'immediate') &&
        STATEMENT_IN_STRING.test(text.slice(at, pos));
      if (isSecret() || isStatement) hide(at, pos, `${secretLength(text, at, pos)} characters`);
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
      hide(at, pos, `${token.length - 2} hex digits`);
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
  if (copied === 0) return text;
  c.invalidText.length = 0;
  return out + text.slice(copied);
}

/** The end of the string that opens at `start`; of the text where it does not close. */
function closingQuote(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return text.length;
}

function secretLength(text: string, start: number, end: number): number {
  const closed = end - start > 1 && text[end - 1] === text[start];
  return end - start - (closed ? 2 : 1);
}
