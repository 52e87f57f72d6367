import { type CauseText, RULES } from '../findings/cause.ts';
import { DRIVER_ERRORS, ERRORS, SQL_STATES } from '../findings/error-codes.ts';
import { LAST_MESSAGES, MESSAGES } from '../findings/messages.ts';
import { NUMBERS } from '../findings/numbers.ts';
import { EXPLAINED, printedFor, type Reading } from '../findings/read-message.ts';
import { UNSEEN_CAUSES } from '../findings/unseen.ts';
import { SIDES } from './advice.ts';
import { causesOf, RECIPE, type Topic, UNSEEN } from './explain-text.ts';
import { ladderText } from './ladder.ts';
import { markdownCode as code } from './markdown-text.ts';
import { outcomeTexts } from './outcomes.ts';

/** What is explained, as Markdown; of everything it is docs/findings.md. */
export function explainMarkdown(topic: Topic): string {
  switch (topic.kind) {
    case 'all':
      return findingsPage();
    case 'rule':
      return `## ${topic.rule}\n\n${sentence(RULES[topic.rule])}\n\n${causesOf(topic).map(sectionOf).join('\n')}`;
    case 'cause':
      return sectionOf(topic.cause);
    case 'message':
      return messageOf(topic.reading);
  }
}

const INTRODUCTION = `# What mywire finds

Every cause that \`mywire check\` can name, how it comes about, what looks like it and is not, what to do, and the capture
that proves it. \`mywire explain\` prints the same: a cause by its id, a rule by its code, or what a driver's error message
means (\`mywire explain "Packets out of order. Got: 1 Expected: 2"\`).

This page is made from the code: \`npm run golden\` writes it anew.
`;

function findingsPage(): string {
  return [
    INTRODUCTION,
    '## Causes\n',
    table(
      ['cause', 'severity', 'what happened', 'a capture that has it', 'one that looks like it'],
      EXPLAINED.map(({ id, severity, title, page }) => [
        links([id]),
        severity ?? 'none',
        prose(title),
        captureLink(page.fixture),
        captureLink(page.twin),
      ]),
    ),
    '## Rules\n',
    'A rule is a kind of fault. Whatever shows as a wrong sequence id has the rule `sequence-mismatch`, by whatever cause.\n',
    table(
      ['rule', 'what it says', 'causes'],
      Object.entries(RULES)
        .map(([rule, text]) => [code(rule), prose(text), links(idsOf(rule))])
        .filter(([, , causes]) => causes !== '')
        .concat([['none', UNSEEN, links(UNSEEN_CAUSES.map(({ id }) => id))]]),
    ),
    '## From the sequence ids to the cause\n',
    'A driver that stops at a wrong sequence id names the one it got and the one it expected. mysql2, MySqlConnector and PHP name the expected one first.\n',
    table(
      ['numbers', 'what they mean', 'causes'],
      NUMBERS.map(({ shown, means, causes }) => [shown, prose(means), links(causes)]),
    ),
    '## From a message to the cause\n',
    'What drivers, servers and proxies print, and what is most likely behind it. `{got}` and `{expected}` are sequence ids: see above.\n',
    table(
      ['printed by', 'text', 'causes'],
      [
        ...[...MESSAGES, ...LAST_MESSAGES].map(({ by, text, meaning }) => [
          prose(by),
          code(text),
          meaning === null ? 'by its numbers' : links(meaning.causes),
        ]),
        ...ERRORS.map(({ by = 'the server', code: number, text, causes }) => [
          `${by}, ERR ${number}`,
          code(text),
          links(causes),
        ]),
        ...DRIVER_ERRORS.map(({ by, code: number, name, meaning }) => [
          prose(by),
          code(`${number} ${name}`),
          links(meaning.causes),
        ]),
        ...[...SQL_STATES].map(([state, { causes }]) => ['any', code(state), links(causes)]),
      ],
    ),
    '## Each of them\n',
    EXPLAINED.map(sectionOf).join('\n'),
  ].join('\n');
}

function messageOf({ by, text, means, causes }: Reading): string {
  return [
    `## ${prose(by)}: ${code(text)}\n`,
    `${prose(means)}\n`,
    causes.map(sectionOf).join('\n'),
    `### How to find out\n\n\`\`\`sh\n${RECIPE.join('\n')}\n\`\`\`\n`,
  ].join('\n');
}

function sectionOf(cause: CauseText): string {
  const { id, title, advice, page } = cause;
  const toDo = SIDES.filter(([side]) => advice[side] !== undefined).map(
    ([side, name]) => `**${name}**: ${prose(advice[side]!)}`,
  );
  const printed = printedFor(cause).map(({ driver, text }) => `${prose(driver)}: ${code(text)}`);
  return [
    `### ${id}\n`,
    `**${prose(title)}** ${sentence(outcomeTexts(cause).join('; '))}\n`,
    `\`\`\`text\n${ladderText(page.ladder)}\`\`\`\n`,
    ...page.about.map((paragraph) => `${prose(paragraph)}\n`),
    ...list('What to do', toDo),
    ...list('What looks like it', page.lookAlikes.map(lookAlikeOf)),
    ...list('What drivers print', printed),
    `Captures: ${captureLink(page.fixture)} has it; ${captureLink(page.twin)} looks like it and has it not.\n`,
  ].join('\n');
}

function list(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`${title}:\n\n${items.map((item) => `- ${item}\n`).join('')}`];
}

/** "id, id: how to tell", with links. */
function lookAlikeOf(text: string): string {
  const [, named, sign] = /^([a-z0-9-]+(?:, [a-z0-9-]+)*): (.*)$/s.exec(text) ?? [];
  const ids = named?.split(', ') ?? [];
  const areKnown = ids.length > 0 && ids.every((id) => EXPLAINED.some((c) => c.id === id));
  return areKnown ? `${links(ids)}: ${prose(sign!)}` : prose(text);
}

function links(ids: readonly string[]): string {
  return ids
    .filter((id) => EXPLAINED.some((cause) => cause.id === id))
    .map((id) => `[${id}](#${id})`)
    .join(', ');
}

function idsOf(rule: string): string[] {
  return EXPLAINED.filter((cause) => cause.rule === rule).map(({ id }) => id);
}

/** From docs/. */
function captureLink(name: string): string {
  return `[${name}](../fixtures/${name}/)`;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, titles.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map(cellOf).join(' | ')} |\n`).join('');
}

/** A pipe ends a cell, even in code. */
function cellOf(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** Text of mywire's own, whose only markup is code between backticks. */
function prose(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replace(/[\\*<>[\]]|\b_|_\b/g, '\\$&')))
    .join('');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
