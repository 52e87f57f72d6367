import { type Command, InvalidArgumentError, Option } from 'commander';
import { SEVERITIES, type Severity } from '../findings/finding.ts';
import { FORMATS, type FormatName } from '../report/index.ts';
import type { Ignored } from './gate.ts';
import { ignoredNames, ruleNames } from './rule-names.ts';

/** What the user asked for, as commander hands it over. */
export interface CliOptions {
  readonly format?: FormatName;
  readonly json?: true;
  readonly ndjson?: true;
  readonly connection?: readonly number[];
  readonly port?: readonly number[];
  readonly keylog?: string;
  readonly rows?: true;
  readonly verifyChecksums?: true;
  readonly failOn?: Severity | 'never';
  readonly failOnRule?: readonly string[];
  readonly ignore?: readonly Ignored[];
  readonly severity?: Severity;
  readonly maxFindings?: number;
  readonly all?: true;
  readonly strict?: true;
  readonly requireMysql?: true;
  readonly baseline?: string;
  readonly updateBaseline?: true;
  readonly expect?: string;
  /** false: none, not even the one in the working directory. */
  readonly config?: string | false;
  readonly output?: readonly string[];
  readonly color?: 'auto' | 'always' | 'never';
  readonly quiet?: true;
  readonly debug?: true;
}

const MAX_PORT = 65_535;

/** The options every view takes; none has a default here, so that they may stand before or after it. */
export function addOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-f, --format <format>', 'how to print it (default: table)').choices(
        Object.keys(FORMATS),
      ),
    )
    .addOption(
      new Option('--json', 'one JSON document, short for --format json').conflicts([
        'ndjson',
        'format',
      ]),
    )
    .addOption(
      new Option('--ndjson', 'one JSON record a line, short for --format ndjson').conflicts(
        'format',
      ),
    )
    .option(
      '-c, --connection <numbers>',
      "only these connections (Wireshark's tcp.stream), e.g. 3 or 0,4,7",
      numbers(0, Number.MAX_SAFE_INTEGER),
    )
    .option(
      '-p, --port <ports>',
      'more ports than 3306 to take for MySQL servers, even if a connection starts before the capture',
      numbers(1, MAX_PORT),
    )
    .option('--keylog <file>', 'TLS secrets to decrypt with, as SSLKEYLOGFILE collects them')
    .option(
      '--verify-checksums',
      'leave out what a receiver would: wrong IPv4 or TCP checksums (not for captures with checksum offload)',
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit 1 from which severity on (default: error)').choices([
        ...SEVERITIES.toReversed(),
        'never',
      ]),
    )
    .option(
      '--fail-on-rule <names>',
      'rules or causes that give exit 1 whatever their severity, e.g. risky-habit',
      ruleNames,
    )
    .option(
      '--ignore <names>',
      'rules or causes that neither count nor are shown; of one connection: idle-timeout@3',
      ignoredNames,
    )
    .addOption(
      new Option('--severity <severity>', 'show findings from which severity on').choices(
        SEVERITIES.toReversed(),
      ),
    )
    .option('--max-findings <number>', 'show so many findings, the most severe; all count', number)
    .option('--all', 'show long tables and lists of findings whole')
    .option('--strict', 'exit 3 when the capture cannot support a clean verdict')
    .option('--require-mysql', 'exit 3 when there is no MySQL in the capture')
    .option('--baseline <file>', 'known findings, which neither count nor are shown')
    .option('--update-baseline', 'write the findings of this run to the baseline')
    .option('--expect <file>', 'what the capture must show (docs/ci.md); else exit 1')
    .option('--config <file>', 'options from a file (default: mywire.yaml, if there is one)')
    .option('--no-config', 'do not read mywire.yaml')
    .option(
      '-o, --output <[format=]file>',
      'write to a file instead of standard output; with format=, one more format beside it (repeatable)',
      (file: string, before: readonly string[] = []) => [...before, file],
    )
    .addOption(
      new Option('--color <when>', 'colours in tables (default: auto)').choices([
        'auto',
        'always',
        'never',
      ]),
    )
    .option('-q, --quiet', 'no notes on standard error, only errors')
    .option('--debug', 'show where in mywire an error came from');
}

function number(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

/** Comma-separated whole numbers; the option may be repeated. */
function numbers(min: number, max: number) {
  return (text: string, before: readonly number[] = []): readonly number[] => [
    ...before,
    ...text.split(',').map((part) => {
      const value = Number(part);
      if (!/^\d+$/.test(part) || value < min || value > max) {
        throw new InvalidArgumentError(
          max === MAX_PORT
            ? `Expected port numbers from ${min} to ${max}.`
            : 'Expected numbers with commas between them, such as 0,4,7.',
        );
      }
      return value;
    }),
  ];
}
