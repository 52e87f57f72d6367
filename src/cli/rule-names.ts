import { InvalidArgumentError } from 'commander';
import { RULE_NAMES } from '../findings/names.ts';
import type { Ignored } from './gate.ts';
import { similar } from './similar.ts';

/** Rule codes and cause ids with commas between them; the option may be repeated. */
export function ruleNames(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').map(checked)];
}

/** The same, each of all connections or, behind an `@`, of one. */
export function ignoredNames(text: string, before: readonly Ignored[] = []): readonly Ignored[] {
  const named = text.split(',').map((part): Ignored => {
    const [, name, connection] = /^([^@]*)(?:@(\d+))?$/.exec(part.trim()) ?? [];
    if (name === undefined) {
      throw new InvalidArgumentError(
        `Expected a rule or cause, or one of a connection such as ${part.split('@')[0]}@3.`,
      );
    }
    return {
      name: checked(name),
      connection: connection === undefined ? null : Number(connection),
    };
  });
  return [...before, ...named];
}

function checked(text: string): string {
  const name = text.trim();
  if (RULE_NAMES.includes(name)) return name;
  const meant = similar(name, RULE_NAMES);
  throw new InvalidArgumentError(
    meant === null
      ? `No rule or cause is called "${name}"; \`mywire explain\` lists them.`
      : `No rule or cause is called "${name}"; did you mean "${meant}"?`,
  );
}
