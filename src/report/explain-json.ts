import type { CauseText } from '../findings/cause.ts';
import type { LogReading } from '../findings/read-log.ts';
import type { Reading } from '../findings/read-message.ts';
import { adviceRecord } from './advice.ts';
import { causesOf, type Topic } from './explain-text.ts';
import { toJson } from './json.ts';
import { ladderText } from './ladder.ts';
import type { OutputRecord } from './records.ts';

/** `{"schema":"mywire/explain/1","message":…,"log":…,"explain":[…]}`: a record a cause, the most likely first. */
export function explainJson(topic: Topic): string {
  const causes = causesOf(topic).map((cause) => toJson(causeRecord(cause)));
  const isMessage = topic.kind === 'message';
  const message = isMessage ? toJson(messageRecord(topic.reading)) : null;
  const log = isMessage && topic.log !== null ? toJson(logRecord(topic.log)) : null;
  return `{"schema":"mywire/explain/1","message":${message},"log":${log},"explain":[\n${causes.join(',\n')}\n]}\n`;
}

function messageRecord({ by, text, numbers, means }: Reading): OutputRecord {
  return {
    by,
    text,
    got: numbers?.got ?? null,
    expected: numbers?.expected ?? null,
    means,
  };
}

/** What a log has, the message that is explained first. */
function logRecord({ lines, messages }: LogReading): OutputRecord {
  return {
    lines,
    messages: messages.map(({ reading: { by, text, causes }, line, times }) => ({
      by,
      text,
      line,
      times,
      causes: causes.map(({ id }) => id),
    })),
  };
}

function causeRecord({ page, advice, ...cause }: CauseText): OutputRecord {
  return {
    id: cause.id,
    rule: cause.rule,
    severity: cause.severity,
    also: cause.also ?? [],
    title: cause.title,
    about: page.about,
    ladder: ladderText(page.ladder),
    lookAlikes: page.lookAlikes,
    fix: adviceRecord(advice),
    drivers: cause.drivers,
    fixture: page.fixture,
    twin: page.twin,
    docs: `docs/findings.md#${cause.id}`,
  };
}
