import { escapeText } from '../bytes/text.ts';
import type { Finding, Severity } from '../findings/finding.ts';
import { findingText } from './findings-text.ts';
import type { Recorded } from './records.ts';
import { PLAIN, type Renderer } from './renderer.ts';
import { faultTexts } from './soundness.ts';
import { verdictText } from './verdict.ts';

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
};

/**
 * Workflow commands, of which GitHub makes annotations:
 * https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
 */
export function githubRenderer(): Renderer {
  return {
    start: () => '',
    record: () => '',
    *finish(report) {
      for (const text of faultTexts(report)) {
        yield `::error title=Not all of the capture was read::${data(escapeText(text))}\n`;
      }
      for (const finding of report.findings) yield annotation(finding, report.capture);
      yield `mywire: ${verdictText(report)}\n`;
    },
  };
}

/** Without a file: an annotation beside a binary one would be shown nowhere. */
function annotation(finding: Finding, capture: Recorded): string {
  const text = findingText(finding, capture, PLAIN);
  // Its first line is the title; the others are indented below that.
  const body = text.slice(text.indexOf('\n') + 1).replace(/^ {2}/gm, '');
  const title = `${finding.message} (${finding.cause.id})`;
  return `::${COMMANDS[finding.severity]} title=${property(title)}::${data(body)}\n`;
}

/** As GitHub's own toolkit escapes what stands behind the `::`. */
function data(text: string): string {
  return text.trimEnd().replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(escapeText(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
