import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { CAUSES } from '../../src/findings/index.ts';
import { sarifRenderer } from '../../src/report/sarif.ts';
import { CONTROLS, finding, HOSTILE, hostile, render, reportOf, setting } from './told.ts';

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../schema/sarif-2.1.0.json'), 'utf8'),
);
const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);

async function sarif(of = [finding()], run = setting(), change = {}) {
  const text = await render(sarifRenderer(run), { ...reportOf(...of), ...change });
  const document = JSON.parse(text);
  validate(document);
  expect(validate.errors).toBeNull();
  return { text, run: document.runs[0], results: document.runs[0].results };
}

/** All texts that a viewer shows, wherever they stand. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

test('a finding is a result, and its cause the rule', async () => {
  const { run, results } = await sarif();
  expect(results).toHaveLength(1);
  const [result] = results;
  expect(run.tool.driver.rules[result.ruleIndex].id).toBe('login-timeout');
  expect(result).toMatchObject({
    ruleId: 'login-timeout',
    level: 'error',
    message: {
      text: 'Packet sequence number wrong - got 1 expected 2. The login came too late.',
    },
    occurrenceCount: 1,
    properties: { rule: 'sequence-mismatch', connection: 0, frame: 6, got: 1, expected: 2 },
  });
  expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe('a%20b.pcap');
  expect(result.locations[0].logicalLocations[0].fullyQualifiedName).toBe('connection 0/frame 6');
  const [{ threadFlows }] = result.codeFlows;
  expect(
    threadFlows[0].locations.map((at: { location: { message: object } }) => at.location.message),
  ).toEqual([{ text: 'frame 4: the server greets' }, { text: 'frame 6: the server gives up' }]);
});

test.each([
  ['error', 'error'],
  ['warning', 'warning'],
  ['info', 'note'],
] as const)('what is %s has level %s', async (severity, level) => {
  expect((await sarif([finding({ severity })])).results[0].level).toBe(level);
});

test('fingerprints are the same in every recording, and each is there once', async () => {
  const { results } = await sarif([finding(), finding({ connection: 7 })]);
  expect(
    results.map((result: { partialFingerprints: object }) => result.partialFingerprints),
  ).toEqual(
    ['1', '2'].map((number) => ({
      'mywireFinding/v1': `hash of login-timeout user=app:${number}`,
      primaryLocationLineHash: `hash of login-timeout user=app:${number}`,
    })),
  );
});

test('what follows from a finding is a related location', async () => {
  const frame = { number: 9, seconds: 9, fraction: 0, digits: 6 };
  const { results } = await sarif([finding({ consequences: [{ frame, text: 'it breaks' }] })]);
  expect(results[0].relatedLocations[0]).toMatchObject({ message: { text: 'frame 9: it breaks' } });
});

test('all captures are what was analysed', async () => {
  const captures = ['a', 'b', 'c'].map((name) => ({ name, uri: name }));
  const { run, results } = await sarif([finding()], setting({ captures }));
  expect(run.artifacts).toHaveLength(3);
  expect(results[0].locations).toHaveLength(1);
});

test('no findings are a run without results', async () => {
  expect((await sarif([])).results).toEqual([]);
});

test('a finding without evidence is valid', async () => {
  expect((await sarif([finding({ evidence: [] })])).results[0].codeFlows).toBeUndefined();
});

test('what the capture cannot support is a notification', async () => {
  const { run } = await sarif([], setting(), { conversations: [] });
  expect(run.invocations[0].toolExecutionNotifications[0].level).toBe('warning');
});

test('rules point to their page once there is a place for it', async () => {
  const homepage = 'https://example.com/mywire/blob/main/README.md';
  const { run } = await sarif([], setting({ homepage }));
  expect(run.tool.driver.informationUri).toBe(homepage);
  expect(run.tool.driver.rules[0].helpUri).toBe(
    `https://example.com/mywire/blob/main/docs/findings.md#${CAUSES[0]!.id}`,
  );
});

describe('every cause', () => {
  // https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
  test.each(CAUSES.map(({ id }) => id))('%s has what code scanning asks of a rule', async (id) => {
    const { run } = await sarif([]);
    const rule = run.tool.driver.rules.find((other: { id: string }) => other.id === id);
    for (const description of [rule.shortDescription, rule.fullDescription]) {
      expect(description.text).not.toBe('');
      expect(description.text.length).toBeLessThanOrEqual(1024);
    }
    expect(rule.help.text).toContain(rule.shortDescription.text);
    expect(rule.help.markdown).toContain('**What to do**');
  });
});

describe('hostile text', () => {
  test.each(HOSTILE)('%s', async (_, text) => {
    const { text: whole, results } = await sarif([hostile(text)]);
    expect(whole).not.toMatch(CONTROLS);
    const { properties: _own, partialFingerprints: _hash, ...shown } = results[0];
    for (const one of textsIn(shown)) {
      expect(one).not.toMatch(CONTROLS);
      expect(one).not.toContain('](');
    }
  });
});
