import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { KINDS } from '../../src/findings/names.ts';
import { junitRenderer } from '../../src/report/junit.ts';
import { CONTROLS, finding, HOSTILE, hostile, render, reportOf, setting } from './told.ts';

const XSD = readFileSync(join(import.meta.dirname, '../schema/junit-10.xsd'), 'utf8');

async function junit(of = [finding()], run = setting(), change = {}): Promise<string> {
  const contents = await render(junitRenderer(run), { ...reportOf(...of), ...change });
  const { errors } = await validateXML({
    xml: [{ fileName: 'junit.xml', contents }],
    schema: [XSD],
  });
  expect(errors).toEqual([]);
  return contents;
}

/** One test, from its start tag to its end. */
function testcase(xml: string, name: string): string {
  return new RegExp(`<testcase [^>]*name="${name}"(/>|[^]*?</testcase>)`).exec(xml)![0];
}

const counts = (xml: string) => /<testsuite [^>]*>/.exec(xml)![0];

test('every cause is a test, whatever the capture', async () => {
  const names = (xml: string) =>
    [...xml.matchAll(/<testcase [^>]*name="([^"]+)"/g)].map(([, n]) => n);
  expect(names(await junit([]))).toEqual(names(await junit()));
  expect(names(await junit())).toEqual(['supports-a-clean-verdict', ...KINDS.map(({ id }) => id)]);
});

test('a finding fails the test of its cause', async () => {
  const xml = await junit();
  expect(counts(xml)).toContain(` tests="${KINDS.length + 1}" failures="1" errors="0"`);
  const one = testcase(xml, 'login-timeout');
  expect(one).toContain(
    '<failure type="sequence-mismatch" message="Packet sequence number wrong - got 1 expected 2">',
  );
  expect(one).toContain('The login came too late.');
  expect(testcase(xml, 'killed')).toMatch(/\/>$/);
});

test('a finding that fails nothing is said in the output of a test that passes', async () => {
  const xml = await junit([finding({ severity: 'warning' })]);
  expect(counts(xml)).toContain('failures="0"');
  expect(testcase(xml, 'login-timeout')).toContain('<system-out>WARNING');
});

test('findings of one cause are one failure, as readers expect', async () => {
  const three = [finding(), finding({ connection: 7 }), finding({ severity: 'warning' })];
  const one = testcase(await junit(three), 'login-timeout');
  expect(one.match(/<failure/g)).toHaveLength(1);
  expect(one).toContain('(and 1 more)');
  expect(one).toContain('connection 7');
  expect(one).toContain('<system-out>WARNING');
});

test('of very many findings some are told', async () => {
  const many = Array.from({ length: 1000 }, (_, connection) => finding({ connection }));
  const one = testcase(await junit(many), 'login-timeout');
  expect(one).toContain('And 900 more.');
});

describe('a capture that cannot support the verdict', () => {
  test('is a test that was skipped', async () => {
    const xml = await junit([], setting(), { conversations: [] });
    expect(counts(xml)).toContain('failures="0" errors="0" skipped="1"');
    expect(testcase(xml, 'supports-a-clean-verdict')).toContain('<skipped message="the capture');
  });

  test('fails under --strict', async () => {
    const xml = await junit([], setting({ isStrict: true }), { conversations: [] });
    expect(testcase(xml, 'supports-a-clean-verdict')).toContain('<failure type="unsound"');
  });
});

test('a capture without times has none', async () => {
  const { capture } = reportOf();
  const xml = await junit([], setting(), { capture: { ...capture, start: null, end: null } });
  expect(counts(xml)).not.toContain('time');
});

describe('hostile text', () => {
  test.each(HOSTILE)('%s', async (_, text) => {
    const xml = await junit([hostile(text)], setting({ captures: [{ name: text, uri: 'x' }] }));
    expect(xml).not.toMatch(CONTROLS);
    expect(xml).not.toContain(']]>');
    expect(xml).not.toContain('[[ATTACHMENT|');
    expect(xml.match(/<failure/g)).toHaveLength(1);
  });
});
