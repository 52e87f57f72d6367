import type { Report } from '../analysis/report.ts';
import { escapeText } from '../bytes/text.ts';
import { lapseBetween, timeText } from '../capture/frame.ts';
import type { Finding } from '../findings/finding.ts';
import { KINDS } from '../findings/names.ts';
import { captureText } from './capture-text.ts';
import { findingText } from './findings-text.ts';
import { PLAIN, type Renderer, type Setting } from './renderer.ts';
import { unsoundness } from './soundness.ts';
import { capturesText } from './verdict.ts';

/** Findings told of one cause: nobody reads more in a test report, and its readers refuse texts of many MiB. */
const MAX_TOLD = 100;

/** A test, which passed where nothing is said of it. */
interface Case {
  readonly suite: string;
  readonly name: string;
  readonly failure?: Said;
  readonly skipped?: string;
  readonly output?: string;
}

interface Said {
  readonly type: string;
  readonly message: string;
  readonly text: string;
}

/**
 * JUnit's XML as CI servers read it. Every cause is a test, so that the same tests are in every run and their
 * history is that of the cause; connections would be others each time. One more says whether the capture can
 * support the verdict.
 */
export function junitRenderer(setting: Setting): Renderer {
  return {
    start: () => '<?xml version="1.0" encoding="UTF-8"?>\n',
    record: () => '',
    finish: (report) => documentOf(report, setting),
  };
}

function* documentOf(report: Report, setting: Setting): Iterable<string> {
  const { start: earliest, end } = report.capture;
  const seconds = earliest === null || end === null ? null : lapseBetween(earliest, end);
  const start = earliest === null ? null : timeText(earliest);
  const cases = casesOf(report, setting);
  const counts = {
    tests: cases.length,
    failures: cases.filter(({ failure }) => failure !== undefined).length,
    errors: 0,
  };
  yield `<testsuites${attributes({ name: 'mywire', ...counts })}>\n`;
  yield `<testsuite${attributes({
    name: escapeText(capturesText(setting.captures)),
    ...counts,
    skipped: cases.filter(({ skipped }) => skipped !== undefined).length,
    time: seconds === null ? null : seconds.toFixed(3),
    timestamp: start === null ? null : start.replace(/(\.\d+)?Z$/, ''),
  })}>\n`;
  yield `<properties>${element('property', { name: 'mywire', value: setting.version })}</properties>\n`;
  for (const one of cases) yield caseText(one);
  yield element('system-out', {}, captureText(report, PLAIN));
  yield '\n</testsuite>\n</testsuites>\n';
}

function casesOf(report: Report, { fails, isStrict }: Setting): Case[] {
  const textOf = (findings: readonly Finding[]): string => {
    const texts = findings.slice(0, MAX_TOLD).map((f) => findingText(f, report.capture, PLAIN));
    if (findings.length > MAX_TOLD) texts.push(`And ${findings.length - MAX_TOLD} more.\n`);
    return texts.join('\n');
  };
  const causes = KINDS.map(({ id, rule }): Case => {
    const found = report.findings.filter(({ cause }) => cause.id === id);
    const failing = found.filter(fails);
    const others = found.filter((finding) => !fails(finding));
    const [worst, ...more] = failing;
    return {
      suite: `mywire.${rule}`,
      name: id,
      ...(worst !== undefined && {
        failure: {
          type: worst.rule,
          message: `${escapeText(worst.message)}${more.length === 0 ? '' : ` (and ${more.length} more)`}`,
          text: textOf(failing),
        },
      }),
      ...(others.length > 0 && { output: textOf(others) }),
    };
  });
  const isUnread = report.faults.some((fault) => fault !== null);
  return [captureCase(unsoundness(report), isStrict || isUnread), ...causes];
}

/** A failure where not all was read; skipped where nobody asked for a capture that supports the verdict, so that it is seen nevertheless. */
function captureCase(reasons: readonly string[], fails: boolean): Case {
  const test = { suite: 'mywire.capture', name: 'supports-a-clean-verdict' };
  if (reasons.length === 0) return test;
  const message = `the capture cannot support a clean verdict: ${reasons.join('; ')}`;
  return fails
    ? { ...test, failure: { type: 'unsound', message, text: message } }
    : { ...test, skipped: message };
}

function caseText({ suite, name, failure, skipped, output }: Case): string {
  const inside = [
    failure === undefined
      ? ''
      : element('failure', { type: failure.type, message: failure.message }, failure.text),
    skipped === undefined ? '' : element('skipped', { message: skipped }),
    output === undefined ? '' : element('system-out', {}, output),
  ].join('');
  const start = `<testcase${attributes({ classname: suite, name })}`;
  return inside === '' ? `${start}/>\n` : `${start}>${inside}</testcase>\n`;
}

type Attributes = Readonly<Record<string, string | number | null>>;

function element(name: string, given: Attributes, text?: string): string {
  const start = `<${name}${attributes(given)}`;
  return text === undefined ? `${start}/>` : `${start}>${xmlText(text)}</${name}>`;
}

function attributes(given: Attributes): string {
  return Object.entries(given)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ` ${name}="${xmlText(String(value))}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Of text whose controls are escaped already. */
function xmlText(text: string): string {
  return (
    text
      // GitLab, Jenkins and Azure would attach the file of that name.
      .replace(/\[(?=\[ATTACHMENT\|)/gi, '[ ')
      .replace(/[&<>"]/g, (character) => ENTITIES[character]!)
  );
}
