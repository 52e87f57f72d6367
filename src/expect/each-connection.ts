import type { Conversation } from '../mysql/conversation.ts';
import { count } from '../report/count.ts';
import { describe, itemsOf, type Written, WrittenFault } from '../written/written.ts';
import { mysqlConversations } from './counts.ts';
import { Places, type Watch } from './watch.ts';

/** null where the capture does not tell: what cannot be seen is not as expected. */
type Value = string | boolean | null;

const LOGINS = ['ok', 'failed', 'incomplete', 'unseen', 'encrypted'];
const ENDS = ['quit', 'fin', 'reset', 'open'];

export const user = onEach(({ session }) => session.user);
export const database = onEach(({ session }) => session.database);
export const tls = onEach((conversation) => conversation.tls !== null, [true, false]);
export const compression = onEach((c) => c.compression ?? 'none', ['none', 'zlib', 'zstd']);
export const logins = onEach(({ login }) => login, LOGINS);
export const closed = onEach((conversation) => conversation.closed, ENDS);

/** What is to be the same, or one of some, on every MySQL connection; one of `known`, or any text. */
function onEach(factOf: (conversation: Conversation) => Value, known?: readonly Value[]) {
  return (written: Written, key: string): Watch => {
    const wanted = itemsOf(written).map((item) => decodeValue(item, key, known));
    return {
      breaches(report) {
        const places = new Places();
        const found = new Set<string>();
        const all = mysqlConversations(report);
        for (const conversation of all) {
          const value = factOf(conversation);
          if (wanted.includes(value)) continue;
          found.add(textOf(value));
          const { number, first } = conversation.connection;
          const text = `connection ${number}: ${key} ${textOf(value)}`;
          places.add(() => ({ connection: number, frame: first, fromClient: true, text }));
        }
        if (places.total === 0) return [];
        const names = [...found].sort().slice(0, MAX_VALUES).join(', ');
        const others = found.size > MAX_VALUES ? ' and others' : '';
        return [
          {
            expected: wanted.map(textOf).join(' or '),
            found: `${names}${others} (${places.total} of ${count(all.length, 'connection')})`,
            key: '',
            places: places.first,
          },
        ];
      },
    };
  };
}

/** Different values that are told of one expectation. */
const MAX_VALUES = 5;

function textOf(value: Value): string {
  return value === null ? 'none seen' : String(value);
}

function decodeValue(written: Written, key: string, known: readonly Value[] | undefined): Value {
  const value = written.kind === 'scalar' ? written.value : null;
  if (known === undefined && value !== null) return String(value);
  if (known?.includes(value as Value)) return value as Value;
  const allowed = known === undefined ? 'a text' : `one of ${known.join(', ')}`;
  throw new WrittenFault(
    written.line,
    `"${key}" must be ${allowed}, or a list of such, not ${describe(written)}`,
    known && typeof value === 'string' ? { word: value, known: known.map(String) } : null,
  );
}
