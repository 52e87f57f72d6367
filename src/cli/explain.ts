import { RULES } from '../findings/cause.ts';
import { EXPLAINED, readMessage } from '../findings/read-message.ts';
import { identityOf } from '../io/file-identity.ts';
import { explainJson } from '../report/explain-json.ts';
import { explainMarkdown } from '../report/explain-markdown.ts';
import { explainText, type Topic } from '../report/explain-text.ts';
import type { Layout } from '../report/renderer.ts';
import { similar } from './similar.ts';

export const EXPLAIN_FORMATS = {
  table: explainText,
  json: (topic: Topic) => explainJson(topic),
  markdown: (topic: Topic) => explainMarkdown(topic),
} as const satisfies Record<string, (topic: Topic, layout: Layout) => string>;

export type ExplainFormat = keyof typeof EXPLAIN_FORMATS;

/** What the words of a command line name: nothing for everything, a cause, a rule, a driver's message. */
export function topicOf(words: readonly string[]): Topic | null {
  const text = words.join(' ').trim();
  if (text === '') return { kind: 'all' };
  const cause = EXPLAINED.find(({ id }) => id === text);
  if (cause !== undefined) return { kind: 'cause', cause };
  if (isRule(text)) return { kind: 'rule', rule: text };
  const reading = readMessage(text);
  return reading === null ? null : { kind: 'message', reading };
}

function isRule(text: string): text is keyof typeof RULES {
  return Object.hasOwn(RULES, text);
}

/** Why there is nothing to explain, and what may have been meant. */
export function notExplained(words: readonly string[]): string {
  const text = words.join(' ');
  if (words.length === 1 && identityOf(text) !== null) {
    return 'is a file: `mywire check FILE` says what happened in a capture, `mywire explain - < FILE` what a log says';
  }
  const meant = similar(text, [...Object.keys(RULES), ...EXPLAINED.map(({ id }) => id)]);
  return meant === null
    ? 'no cause, no rule, and no message of a driver that mywire knows; `mywire explain` lists the causes'
    : `no such cause or rule; did you mean \`${meant}\`?`;
}
