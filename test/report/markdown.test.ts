import { describe, expect, test } from 'vitest';
import { markdownRenderer } from '../../src/report/markdown.ts';
import { markdownCode, markdownText } from '../../src/report/markdown-text.ts';
import { CONTROLS, finding, HOSTILE, hostile, render, reportOf, setting } from './told.ts';

const markdown = (...of: ReturnType<typeof finding>[]) =>
  render(markdownRenderer(setting()), reportOf(...of));

test('the verdict comes first, then a table, then each finding', async () => {
  const text = await markdown(finding({ severity: 'warning', connection: 3 }), finding());
  expect(text).toMatch(/^## mywire: 1 error, 1 warning\n\n\| severity \|/);
  const [error, warning] = [text.indexOf('### error: '), text.indexOf('### warning: ')];
  expect(error).toBeGreaterThan(0);
  expect(warning).toBeGreaterThan(error);
  expect(text).toContain('**Why** (`sequence-mismatch`, cause `login-timeout`, proven)');
  expect(text).toContain('- frame 4: the server greets\n');
  expect(text).toContain('- **Client:** log in at once.\n- **Server:** wait longer.\n');
  expect(text).toContain('- PyMySQL: `Packet sequence number wrong - got 1 expected 2`\n');
  expect(text).toContain('### a b.pcap\n\n- Capture: pcap');
});

test('no findings are the verdict and the capture', async () => {
  expect(await markdown()).toMatch(/^## mywire: no findings\n\n### a b\.pcap\n\n- Capture: /);
});

test('a job summary of very many findings is not refused', async () => {
  const many = Array.from({ length: 5000 }, (_, connection) =>
    finding({ connection, message: '\u4e2d'.repeat(100) }),
  );
  const text = await markdown(...many);
  expect(new TextEncoder().encode(text).length).toBeLessThan(1024 * 1024);
  expect(text).toMatch(/\| \| and \d+ more \|/);
  expect(text).toMatch(/And \d+ more: `mywire check` tells them all\./);
});

describe('text', () => {
  test.each([
    ['plain text', 'got 1, expected 2 (ERR 1159)', 'got 1, expected 2 (ERR 1159)'],
    ['names', 'connect_timeout', 'connect\\_timeout'],
    ['HTML', '<b>&lt;', '&lt;b&gt;&amp;lt;'],
    ['a cell', 'a | b', 'a \\| b'],
    ['a link', '[a](b)', '\\[a\\](b)'],
    ['an address', 'http://a www.b', 'http:&#8203;//a www&#8203;.b'],
    ['a mention', '@all #1', '@&#8203;all #&#8203;1'],
    ['a list', '- a', '-&#8203; a'],
    ['a number', '1. a', '1&#8203;. a'],
    ['code', '    a', 'a'],
    ['an escape', '\x1b', '\\\\x1b'],
  ])('%s', (_, text, shown) => {
    expect(markdownText(text)).toBe(shown);
  });

  test.each([
    ['without backticks', 'a', '`a`'],
    ['with some', 'a``b`c', '```a``b`c```'],
    ['that begins with one', '`a', '`` `a ``'],
    ['with spaces around it', ' a ', '`  a  `'],
  ])('code %s', (_, text, shown) => {
    expect(markdownCode(text)).toBe(shown);
  });
});

describe('hostile text', () => {
  /** Lines by what they are, without what they say. */
  const shapeOf = (text: string) =>
    text.split('\n').map((line) => /^(?:#+ |\| |- |\*\*[A-Z]|)/.exec(line)![0]);

  test.each(HOSTILE)('%s', async (_, text) => {
    const out = await markdown(hostile(text));
    expect(out).not.toMatch(CONTROLS);
    expect(out.replaceAll(/(`+)[^`](?:.*?[^`])?\1(?!`)/g, '')).not.toMatch(/[<>]|:\/|www\.|@\w/i);
    expect(shapeOf(out)).toEqual(shapeOf(await markdown(hostile('plain'))));
  });
});
