import type { Report } from '../analysis/report.ts';
import { RULE_NAMES } from '../findings/names.ts';
import { COMMANDS } from '../mysql/commands/index.ts';
import type { Query } from '../mysql/query.ts';
import { describe, itemsOf, type Written, WrittenFault } from '../written/written.ts';
import { type Breach, Places, placeOf, type Watch } from './watch.ts';

/** Commands, rules, causes, or statements by a regular expression that must not come. */
export function never(written: Written): Watch {
  const watches = itemsOf(written).map(watchFor);
  const perCommand = watches.filter((watch) => watch.onQuery !== undefined);
  return {
    ...(perCommand.length > 0 && {
      onQuery(query: Query) {
        for (const watch of perCommand) watch.onQuery!(query);
      },
    }),
    breaches: (report) => watches.flatMap((watch) => watch.breaches(report)),
  };
}

const COMMAND_NAMES: readonly string[] = COMMANDS.map(({ name }) => name);
const PATTERN = /^\/(.+)\/(i?)$/s;

function watchFor(written: Written): Watch {
  const { line } = written;
  if (written.kind !== 'scalar' || typeof written.value !== 'string') {
    throw new WrittenFault(line, `"no" lists names, not ${describe(written)}`);
  }
  const text = written.value;
  const [, pattern, flags] = PATTERN.exec(text) ?? [];
  if (pattern !== undefined) {
    const regexp = regexpOf(pattern, flags!, line);
    return unwanted(text, ({ sql }) => sql !== null && regexp.test(sql));
  }
  const command = text.toUpperCase().replaceAll('-', '_');
  if (COMMAND_NAMES.includes(command)) return unwanted(command, (q) => q.command === command);
  if (RULE_NAMES.includes(text)) return { breaches: (report) => unwantedFindings(text, report) };
  const commands = COMMAND_NAMES.map((name) => name.toLowerCase().replaceAll('_', '-'));
  throw new WrittenFault(
    line,
    `"${text}" is no command, rule or cause, nor a /pattern/ of statements`,
    {
      word: text,
      known: [...commands, ...COMMAND_NAMES, ...RULE_NAMES],
    },
  );
}

function regexpOf(pattern: string, flags: string, line: number): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch (error) {
    throw new WrittenFault(line, (error as Error).message);
  }
}

function unwanted(name: string, isUnwanted: (query: Query) => boolean): Watch {
  const places = new Places();
  return {
    onQuery(query) {
      if (isUnwanted(query)) places.add(() => placeOf(query, ''));
    },
    breaches: () => breachOf(name, places),
  };
}

function unwantedFindings(name: string, { findings }: Report): Breach[] {
  const places = new Places();
  for (const { rule, cause, connection, frame, fromClient, message } of findings) {
    if (rule !== name && cause.id !== name) continue;
    places.add(() => ({ connection, frame, fromClient, text: message }));
  }
  return breachOf(name, places);
}

function breachOf(name: string, { first, total }: Places): Breach[] {
  if (total === 0) return [];
  return [{ expected: name, found: String(total), key: name, places: first }];
}
