import type { Report } from '../analysis/report.ts';
import type { Conversation } from '../mysql/conversation.ts';
import type { Query } from '../mysql/query.ts';
import type { Written } from '../written/written.ts';
import { decodeRange, isWithin, type Range, rangeText } from './range.ts';
import { type Breach, type Place, placeOf, type Watch } from './watch.ts';

/** Commands that run a statement. */
const RUNS = ['COM_QUERY', 'COM_STMT_EXECUTE', 'COM_STMT_BULK_EXECUTE'];

export const commands = counted(() => 1);
export const queries = counted(({ command }) => (RUNS.includes(command) ? 1 : 0));
export const rows = counted(({ responses }) =>
  responses.reduce((sum, response) => sum + (response.rows ?? 0), 0),
);

/** Counts something of every command; the one that is too much shows where. */
function counted(numberOf: (query: Query) => number) {
  return (written: Written, key: string): Watch => {
    const range = decodeRange(written, key);
    let total = 0;
    let surplus: Place | null = null;
    return {
      onQuery(query) {
        total += numberOf(query);
        if (total > range.max) surplus ??= placeOf(query, 'too much from here on: ');
      },
      breaches: () => countBreaches(total, range, surplus),
    };
  };
}

export function connections(written: Written, key: string): Watch {
  const range = decodeRange(written, key);
  return {
    breaches(report) {
      const all = mysqlConversations(report);
      return countBreaches(all.length, range, startOf(all[range.max]));
    },
  };
}

function startOf(conversation: Conversation | undefined): Place | null {
  if (conversation === undefined) return null;
  const { number, first } = conversation.connection;
  return { connection: number, frame: first, fromClient: true, text: 'one connection too many' };
}

function countBreaches(total: number, range: Range, surplus: Place | null): Breach[] {
  if (isWithin(total, range)) return [];
  const places = surplus === null ? [] : [surplus];
  return [{ expected: rangeText(range), found: String(total), key: '', places }];
}

export function mysqlConversations({ conversations }: Report): Conversation[] {
  return conversations.filter(({ status }) => status === 'mysql');
}
