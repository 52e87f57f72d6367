import type { Cursor } from '../bytes/cursor.ts';

/** Most statements have neither word: one cheap look decides. */
const MAY_HAVE_SECRET = /identified|password/i;

/** Words directly before a secret once the statement has said IDENTIFIED or SET PASSWORD. */
const BEFORE_SECRET = new Set(['by', 'as', 'using', 'replace']);

/** A token that cannot contain a secret: blanks, a word or number, or one other character. */
const TOKEN = /\s+|[\w$]+|[\s\S]/y;

const HEX_LITERAL = /^(0x[0-9a-f]+|x)$/i;

/**
 * Takes the secrets out of a statement, or out of an error message that quotes one:
 *
 *   IDENTIFIED [WITH|VIA plugin] BY|AS|USING [PASSWORD] '…' [REPLACE '…']
 *   SET PASSWORD [FOR user] = [PASSWORD(]'…'     PASSWORD('…')     OLD_PASSWORD('…')
 *   MASTER_PASSWORD = '…'     SOURCE_PASSWORD = '…'     PASSWORD '…' in a list of options
 *
 * One pass over tokens, so its time is linear in hostile statements too. When something was taken
 * out, the cursor's base64 copies of invalid text go with it: they hold the same secret.
 */
export function redactSecrets(c: Cursor, text: string): string {
  if (!MAY_HAVE_SECRET.test(text)) return text;
  let out = '';
  let copied = 0;
  /** The last two words, in lower case, and the last other character that is not a blank. */
  let before = '';
  let word = '';
  let mark = '';
  let identified = false;
  let setPassword = false;
  let pos = 0;
  const isSecret = () =>
    (identified && BEFORE_SECRET.has(word)) ||
    (setPassword && (mark === '=' || BEFORE_SECRET.has(word))) ||
    (word.endsWith('password') && (mark !== '=' || word !== 'password'));
  while (pos < text.length) {
    const at = pos;
    const quote = text[at]!;
    if (quote === "'" || quote === '"') {
      pos = closingQuote(text, at);
      if (isSecret()) {
        out += `${text.slice(copied, at)}'<${secretLength(text, at, pos)} characters>'`;
        copied = pos;
      }
      mark = quote;
      continue;
    }
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)![0];
    pos += token.length;
    if (/^\s/.test(token)) continue;
    if (!/^[\w$]/.test(token)) {
      mark = token;
      if (token === ';') identified = setPassword = false;
      continue;
    }
    if (HEX_LITERAL.test(token) && token.length > 1 && isSecret()) {
      out += `${text.slice(copied, at)}'<${token.length - 2} hex digits>'`;
      copied = pos;
    }
    before = word;
    word = token.toLowerCase();
    mark = '';
    if (word === 'identified') identified = true;
    if (word === 'password' && before === 'set') setPassword = true;
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
