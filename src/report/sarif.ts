import type { Report } from '../analysis/report.ts';
import { escapeText } from '../bytes/text.ts';
import type { Frame } from '../capture/frame.ts';
import type { CauseSpec } from '../findings/cause.ts';
import type { Evidence, Finding, Severity } from '../findings/finding.ts';
import { CAUSES } from '../findings/index.ts';
import { EXPECTATION, KINDS } from '../findings/names.ts';
import { SIDES } from './advice.ts';
import { placeText } from './findings-text.ts';
import { toJson } from './json.ts';
import { captureRecord, findingRecord, type OutputRecord } from './records.ts';
import type { CaptureName, Renderer, Setting } from './renderer.ts';
import { faultTexts, unsoundnessOfWhatWasRead } from './soundness.ts';

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** Of a finding's record, what has no place of its own. */
const PROPERTIES = [
  ...['rule', 'connection', 'connections', 'frame', 'time', 'relative', 'from', 'got', 'expected'],
  ...['cause', 'ruledOut', 'advice', 'fix', 'drivers'],
];

/**
 * SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), with what GitHub's code
 * scanning asks for beside it:
 * https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
 */
export function sarifRenderer(setting: Setting): Renderer {
  return {
    start: () => '',
    record: () => '',
    finish: (report) => documentOf(report, setting),
  };
}

/** The run's results one by one: no string could hold those of a big capture. */
function* documentOf(report: Report, setting: Setting): Iterable<string> {
  const driver = driverOf(setting);
  yield `{"$schema":"${SCHEMA}","version":"2.1.0","runs":[{"tool":${toJson({ driver })},"results":[`;
  const seen = new Map<string, number>();
  let separator = '\n';
  for (const finding of report.findings) {
    const hash = setting.hash(finding.fingerprint);
    const number = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, number);
    yield separator + toJson(resultOf(finding, `${hash}:${number}`, report, setting));
    separator = ',\n';
  }
  yield `\n],${toJson(restOf(report, setting)).slice(1)}]}\n`;
}

function driverOf({ version, homepage }: Setting): OutputRecord {
  return {
    name: 'mywire',
    ...(homepage !== null && { informationUri: homepage }),
    semanticVersion: version,
    rules: [...CAUSES.map((cause) => ruleOf(cause, homepage)), expectationRule()],
  };
}

/** A cause is the rule: what is to be done about it is the same each time, unlike what its packets look like. */
function ruleOf(cause: CauseSpec, homepage: string | null): OutputRecord {
  const { id, rule, severity, title, page } = cause;
  const level = LEVELS[severity];
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: page.about[0] ?? title },
    help: { text: helpOf(cause, false), markdown: helpOf(cause, true) },
    ...(homepage !== null && { helpUri: pageOf(id, homepage) }),
    defaultConfiguration: { level },
    properties: {
      tags: ['mysql', rule],
      'problem.severity': level === 'note' ? 'recommendation' : level,
    },
  };
}

function expectationRule(): OutputRecord {
  const { id, severity, title } = EXPECTATION;
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: title },
    help: { text: title },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: ['mysql', id], 'problem.severity': severity },
  };
}

/** `homepage` is that of the README, beside which the documentation lies. */
function pageOf(id: string, homepage: string): string {
  return `${homepage.slice(0, homepage.lastIndexOf('/') + 1)}docs/findings.md#${id}`;
}

function helpOf({ title, advice, drivers, page }: CauseSpec, isMarkdown: boolean): string {
  const strong = (text: string) => (isMarkdown ? `**${text}**` : text);
  const list = (heading: string, items: readonly string[]) =>
    items.length === 0 ? [] : [strong(heading), items.map((item) => `- ${item}`).join('\n')];
  const toDo = SIDES.filter(([side]) => advice[side] !== undefined).map(
    ([side, name]) => `${strong(`${name}:`)} ${advice[side]}`,
  );
  return [
    title,
    ...page.about,
    ...list('What to do', toDo),
    ...list('What looks like it', page.lookAlikes),
    ...list(
      'What drivers print',
      drivers.map(({ driver, text }) => `${driver}: ${isMarkdown ? `\`${text}\`` : text}`),
    ),
  ].join('\n\n');
}

function resultOf(
  finding: Finding,
  fingerprint: string,
  { capture }: Report,
  setting: Setting,
): OutputRecord {
  const { message, cause, evidence, consequences, occurrences, connection } = finding;
  const { captures } = setting;
  const record = findingRecord(finding, capture);
  const placeOfFrame = ({ number }: Frame) => {
    const index = capture.places.of(number)?.index ?? 0;
    return placeOf(captures[index]!, index);
  };
  const at = ({ frame, text }: Evidence) => ({
    ...placeOfFrame(frame),
    ...frameOf(connection, frame.number),
    message: { text: plain(`frame ${frame.number}${placeText(frame, capture)}: ${text}`) },
  });
  return {
    ruleId: cause.id,
    ruleIndex: KINDS.findIndex(({ id }) => id === cause.id),
    level: LEVELS[finding.severity],
    message: { text: plain(`${message.replace(/\.$/, '')}. ${cause.summary}`) },
    locations: [{ ...placeOfFrame(finding.frame), ...frameOf(connection, finding.frame.number) }],
    // What proves it, in the order in which it happened.
    ...(evidence.length > 0 && {
      codeFlows: [{ threadFlows: [{ locations: evidence.map((e) => ({ location: at(e) })) }] }],
    }),
    ...(consequences.length > 0 && {
      relatedLocations: consequences.map((e, i) => ({ id: i + 1, ...at(e) })),
    }),
    // The second is the one that GitHub goes by.
    partialFingerprints: { 'mywireFinding/v1': fingerprint, primaryLocationLineHash: fingerprint },
    occurrenceCount: occurrences,
    properties: Object.fromEntries(PROPERTIES.map((key) => [key, record[key]])),
  };
}

/** A capture has no lines; GitHub refuses a place without one. */
function placeOf({ uri }: CaptureName, index: number) {
  const region = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
  return { physicalLocation: { artifactLocation: { uri, index }, region } };
}

function frameOf(connection: number, frame: number) {
  return {
    logicalLocations: [
      {
        name: `frame ${frame}`,
        fullyQualifiedName: `connection ${connection}/frame ${frame}`,
        kind: 'frame',
      },
    ],
  };
}

function restOf(report: Report, { captures }: Setting): OutputRecord {
  return {
    artifacts: captures.map(({ name, uri }) => ({
      location: { uri, description: { text: plain(name) } },
      roles: ['analysisTarget'],
    })),
    invocations: [
      {
        executionSuccessful: report.faults.every((fault) => fault === null),
        toolExecutionNotifications: [
          ...faultTexts(report).map((reason) => ({
            level: 'error',
            message: { text: plain(`not all of the capture was read: ${reason}`) },
          })),
          ...unsoundnessOfWhatWasRead(report).map((reason) => ({
            level: 'warning',
            message: { text: `the capture cannot support a clean verdict: ${reason}` },
          })),
        ],
      },
    ],
    columnKind: 'utf16CodeUnits',
    properties: { capture: captureRecord(report, captures) },
  };
}

/** A viewer would make a link of `[text](address)`. */
function plain(text: string): string {
  return escapeText(text).replaceAll('](', '] (');
}
