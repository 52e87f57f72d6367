import type { Report } from '../../src/analysis/report.ts';
import type { Finding } from '../../src/findings/finding.ts';
import { PLAIN, type Renderer, type Setting } from '../../src/report/renderer.ts';
import { play } from '../mysql/analyze.ts';
import { CONNECT } from '../mysql/legal-scripts.ts';

/** What was captured may say anything, also what some reader of a format would act on. */
export const HOSTILE: readonly (readonly [name: string, text: string])[] = [
  ['controls', 'a\0\x07\x1b[2J\x7f\x9b\u200b\u2028b'],
  ['new lines', 'a\r\nb\n::error::c\n\n# d'],
  ['right to left', '\u202eabc\u2066'],
  ['lone surrogates', 'a\ud800b\udc00'],
  ['what is no character', 'a\ufffe\uffffb'],
  ['the end of CDATA', ']]>'],
  ['markup', '</failure><x y="z">&amp;<!-- '],
  ['HTML', '<img src=x onerror=alert(1)></td>'],
  ['workflow commands', '::set-output name=a::b %0A::error::c ##[error]d'],
  ['backticks', '` `` ``` code'],
  ['emphasis', '*a* _b_ ~~c~~ **d**'],
  ['a table', '| a | b |'],
  ['a link', '[a](http://evil.example/) ![b](//evil.example) <http://evil.example>'],
  ['an address', 'http://evil.example www.evil.example a@b.example @everyone #1'],
  ['a list', '- a'],
  ['a heading', '# a'],
  ['a number', '1. a'],
  ['placeholders', '{0} {{1}} %s $a$'],
  ['a backslash', 'a\\'],
  ['an attachment', '[[ATTACHMENT|/etc/passwd]]'],
];

const frame = (number: number) => ({ number, seconds: number, fraction: 0, digits: 6 });

export function finding(of: Partial<Finding> = {}): Finding {
  return {
    rule: 'sequence-mismatch',
    severity: 'error',
    connection: 0,
    connections: [0],
    parties: null,
    frame: frame(6),
    fromClient: false,
    got: 1,
    expected: 2,
    message: 'Packet sequence number wrong - got 1 expected 2',
    cause: { id: 'login-timeout', certainty: 'proven', summary: 'The login came too late.' },
    evidence: [
      { frame: frame(4), text: 'the server greets' },
      { frame: frame(6), text: 'the server gives up' },
    ],
    ruledOut: [],
    consequences: [],
    advice: { client: 'log in at once.', server: 'wait longer.' },
    drivers: [{ driver: 'PyMySQL', text: 'Packet sequence number wrong - got 1 expected 2' }],
    occurrences: 1,
    fingerprint: 'login-timeout user=app',
    ...of,
  };
}

/** A finding that says something hostile wherever it can. */
export function hostile(text: string): Finding {
  return finding({
    message: text,
    cause: { id: 'login-timeout', certainty: 'proven', summary: text },
    evidence: [{ frame: frame(4), text }],
    ruledOut: [{ id: 'killed', text }],
    consequences: [{ frame: frame(9), text }],
    advice: { client: text, between: text, server: text },
    drivers: [{ driver: 'PyMySQL', text }],
    fingerprint: text,
  });
}

export function reportOf(...findings: Finding[]): Report {
  return { ...play(CONNECT).report, findings };
}

export function setting(of: Partial<Setting> = {}): Setting {
  return {
    layout: PLAIN,
    captures: [{ name: 'a b.pcap', uri: 'a%20b.pcap' }],
    version: '1.2.3',
    homepage: null,
    hash: (text) => `hash of ${text}`,
    fails: ({ severity }) => severity === 'error',
    isStrict: false,
    ...of,
  };
}

export async function render(renderer: Renderer, report: Report): Promise<string> {
  const end = await renderer.finish(report);
  return renderer.start() + (typeof end === 'string' ? end : [...end].join(''));
}

/** What no reader of text should ever get to see. */
export const CONTROLS =
  /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]|\p{Surrogate}/u;
