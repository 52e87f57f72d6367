import { existsSync } from 'node:fs';
import { type Command, CommanderError, type Option } from 'commander';
import { VERDICT_VIEWS, type ViewName } from '../report/index.ts';
import {
  describe,
  entriesOf,
  itemsOf,
  type Written,
  type WrittenEntry,
  WrittenFault,
} from '../written/written.ts';
import type { CliOptions } from './options.ts';
import { readUserFile, UserFileError } from './user-file.ts';

/** Names that are looked for in the working directory. */
const CONFIG_FILES = [
  'mywire.yaml',
  'mywire.yml',
  'mywire.json',
  '.mywire.yaml',
  '.mywire.yml',
  '.mywire.json',
];

/** Long options that are no settings: which configuration, what to do once, and short forms of others. */
const NOT_SETTINGS = ['config', 'update-baseline', 'json', 'ndjson', 'rows', 'debug'];

/** What the command line says, and the configuration where that says nothing. */
export async function withConfig(command: Command, view: ViewName): Promise<CliOptions> {
  const options = command.optsWithGlobals<CliOptions>();
  const path = findConfig(options.config);
  if (path === null) return options;
  const config = await readUserFile(path, (written) => decodeConfig(written, command.options));
  // `--json` is a format, too; and what a job makes of its verdict is not what somebody who looks at packets wants.
  if (options.json || options.ndjson || !VERDICT_VIEWS.includes(view)) delete config.format;
  if (!VERDICT_VIEWS.includes(view)) delete config.output;
  return { ...config, ...options };
}

/** The configuration to read, or null. More than one in the directory: nobody knows which is meant. */
function findConfig(named: string | false | undefined): string | null {
  if (named !== undefined) return named || null;
  const found = CONFIG_FILES.filter((name) => existsSync(name));
  if (found.length > 1) {
    throw new UserFileError(found.join(', '), 'several configuration files: keep one');
  }
  return found[0] ?? null;
}

/** Options as a configuration file gives them, by commander's names, read as those of the command line are. */
export function decodeConfig(
  written: Written,
  options: readonly Option[],
): Record<string, unknown> {
  const settings = new Map(
    options
      .filter(({ long, negate }) => long && !negate && !NOT_SETTINGS.includes(long.slice(2)))
      .map((option) => [option.long!.slice(2), option]),
  );
  const values: Record<string, unknown> = {};
  for (const entry of entriesOf(written, 'the configuration', [...settings.keys()])) {
    const option = settings.get(entry.key)!;
    const isFlag = !option.required && !option.optional;
    values[option.attributeName()] = isFlag ? flagOf(entry) : argumentOf(entry, option);
  }
  return values;
}

function flagOf({ key, value }: WrittenEntry): true | undefined {
  if (value.kind !== 'scalar' || typeof value.value !== 'boolean') {
    throw new WrittenFault(value.line, `"${key}" must be true or false, not ${describe(value)}`);
  }
  return value.value || undefined;
}

/** Each value goes through the option's own parser, as if it stood on the command line. */
function argumentOf({ key, value }: WrittenEntry, option: Option): unknown {
  let parsed: unknown;
  for (const [number, item] of itemsOf(value).entries()) {
    if (item.kind !== 'scalar' || item.value === null || typeof item.value === 'boolean') {
      throw new WrittenFault(item.line, `"${key}" must be a text or number, not ${describe(item)}`);
    }
    if (number > 0 && !Array.isArray(parsed)) {
      throw new WrittenFault(value.line, `"${key}" must be one value, not a list`);
    }
    const text = String(item.value);
    try {
      parsed = option.parseArg === undefined ? text : option.parseArg(text, parsed);
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      throw new WrittenFault(item.line, `"${key}" is ${describe(item)}: ${error.message}`);
    }
  }
  return parsed;
}
