import { describe, expect, test } from 'vitest';
import { githubRenderer } from '../../src/report/github.ts';
import { CONTROLS, finding, HOSTILE, hostile, render, reportOf } from './told.ts';

const COMMAND = /^::(error|warning|notice) title=([^:,]*)::(.*)$/;

/** What the runner makes of a line: https://github.com/actions/runner, `ActionCommand`. */
function parse(line: string) {
  const [, level, title, message] = COMMAND.exec(line)!;
  const data = (text: string) =>
    text.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
  const property = data(title!.replaceAll('%3A', ':').replaceAll('%2C', ','));
  return { level, title: property, message: data(message!) };
}

const github = (...of: ReturnType<typeof finding>[]) => render(githubRenderer(), reportOf(...of));

test('a finding is an annotation, and the verdict comes last', async () => {
  const [first, last] = (await github(finding())).split('\n');
  const { level, title, message } = parse(first!);
  expect({ level, title }).toEqual({
    level: 'error',
    title: 'Packet sequence number wrong - got 1 expected 2 (login-timeout)',
  });
  expect(message).toContain('\n  The login came too late.\n');
  expect(last).toBe('mywire: 1 error');
});

test('severities are levels', async () => {
  const lines = (
    await github(finding({ severity: 'warning' }), finding({ severity: 'info' }))
  ).split('\n');
  expect(lines.slice(0, 2).map((line) => parse(line).level)).toEqual(['warning', 'notice']);
  expect(lines[2]).toBe('mywire: 1 warning, 1 note');
});

test('no findings are one line', async () => {
  expect(await github()).toBe('mywire: no findings\n');
});

test('no findings in a capture that cannot tell are no clean verdict', async () => {
  const text = await render(githubRenderer(), { ...reportOf(), conversations: [] });
  expect(text).toMatch(/^mywire: no findings, but the capture cannot support a clean verdict: /);
});

describe('hostile text', () => {
  test.each(HOSTILE)('%s', async (_, text) => {
    const out = await github(hostile(text));
    expect(out).not.toMatch(CONTROLS);
    const lines = out.split('\n');
    expect(lines).toHaveLength(3);
    const shown = parse(lines[0]!);
    expect(shown.level).toBe('error');
    expect(shown.message).toContain('What drivers print');
  });

  test('of a percent sign is what it was', async () => {
    const [line] = (await github(hostile('100 %0A, 50 %: a'))).split('\n');
    expect(parse(line!).title).toBe('100 %0A, 50 %: a (login-timeout)');
    expect(parse(line!).message).toContain('100 %0A, 50 %: a');
  });
});
