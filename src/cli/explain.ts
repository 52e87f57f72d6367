import { type Command, Option } from 'commander';
import { RULES, type RuleCode } from '../findings/cause.ts';
import { LogReader } from '../findings/read-log.ts';
import { EXPLAINED, readMessage } from '../findings/read-message.ts';
import { identityOf } from '../io/file-identity.ts';
import { count } from '../report/count.ts';
import { explainJson } from '../report/explain-json.ts';
import { explainMarkdown } from '../report/explain-markdown.ts';
import { explainText, type Topic } from '../report/explain-text.ts';
import type { Layout } from '../report/renderer.ts';
import { complain } from './complain.ts';
import { EXIT } from './run-view.ts';
import { similar } from './similar.ts';
import { layoutFor } from './style.ts';

const FORMATS = {
  table: explainText,
  json: (topic: Topic) => explainJson(topic),
  markdown: (topic: Topic) => explainMarkdown(topic),
} as const satisfies Record<string, (topic: Topic, layout: Layout) => string>;

interface ExplainOptions {
  readonly format?: keyof typeof FORMATS;
  readonly json?: true;
  readonly color?: 'auto' | 'always' | 'never';
}

const EXAMPLES = `
Examples:
  mywire explain                            the causes, by rule
  mywire explain login-timeout              one of them
  mywire explain "Packets out of order. Got: 1 Expected: 2"
  mywire explain 1205                       an error's number or name
  journalctl -u app | mywire explain -      the message that tells most, and what else is there
`;

/** The command that explains what others find, or what a driver says. */
export function addExplain(root: Command, setExitCode: (code: number) => void): void {
  root
    .command('explain')
    .description("a cause, a rule, or a driver's error message: what it means and what to do")
    .argument(
      '[words...]',
      'a cause, a rule, a message, or a code; - reads a log from standard input',
    )
    .addOption(
      new Option('-f, --format <format>', 'how to print it (default: table)').choices(
        Object.keys(FORMATS),
      ),
    )
    .addOption(new Option('--json', 'short for --format json').conflicts('format'))
    .addOption(
      new Option('--color <when>', 'colours (default: auto)').choices(['auto', 'always', 'never']),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (words: string[], _own: unknown, self: Command) => {
      setExitCode(await explain(words, self.optsWithGlobals<ExplainOptions>()));
    });
}

async function explain(
  given: readonly string[],
  { format = 'table', json, color }: ExplainOptions,
): Promise<number> {
  if (!Object.hasOwn(FORMATS, format)) {
    complain(`explain as ${format}`, `there is ${Object.keys(FORMATS).join(', ')}`);
    return EXIT.failure;
  }
  const isPiped = given.length === 1 && given[0] === '-';
  const topic = isPiped ? await topicOfLog() : topicOf(given);
  if (typeof topic === 'string') {
    complain(isPiped ? '-' : given.join(' '), topic);
    return EXIT.failure;
  }
  const layout = await layoutFor(color, false);
  process.stdout.write(FORMATS[json ? 'json' : format](topic, layout));
  return EXIT.clean;
}

/** What a log on standard input has; in words, why it has nothing to explain. */
async function topicOfLog(): Promise<Topic | string> {
  const reader = new LogReader();
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) reader.push(String(chunk));
  const log = reader.end();
  const [first] = log.messages;
  if (first !== undefined) return { kind: 'message', reading: first.reading, log };
  return log.lines === 0
    ? 'is empty: there is no message in it'
    : `no message of a driver that mywire knows in ${count(log.lines, 'line')}; \`mywire explain\` lists the causes`;
}

/**
 * What the words of a command line name: nothing for everything, a cause, a rule, a driver's message. In words, why they
 * name nothing.
 */
function topicOf(words: readonly string[]): Topic | string {
  const text = words.join(' ').trim();
  if (text === '') return { kind: 'all' };
  const cause = EXPLAINED.find(({ id }) => id === text);
  if (cause !== undefined) return { kind: 'cause', cause };
  if (isRule(text)) return { kind: 'rule', rule: text };
  const reading = readMessage(text);
  return reading === null ? notExplained(words) : { kind: 'message', reading, log: null };
}

function isRule(text: string): text is RuleCode {
  return Object.hasOwn(RULES, text);
}

/** Why there is nothing to explain, and what may have been meant. */
function notExplained(words: readonly string[]): string {
  const text = words.join(' ');
  if (words.length === 1 && identityOf(text) !== null) {
    return 'is a file: `mywire check FILE` says what happened in a capture, `mywire explain - < FILE` what a log says';
  }
  const meant = similar(text, [...Object.keys(RULES), ...EXPLAINED.map(({ id }) => id)]);
  return meant === null
    ? 'no cause, no rule, and no message of a driver that mywire knows; `mywire explain` lists the causes'
    : `no such cause or rule; did you mean \`${meant}\`?`;
}
