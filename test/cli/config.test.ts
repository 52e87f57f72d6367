import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { decodeConfig } from '../../src/cli/config.ts';
import { addOptions } from '../../src/cli/options.ts';
import { parseWritten } from '../../src/io/read-written.ts';

const { options } = addOptions(new Command());
const read = async (text: string) => decodeConfig(await parseWritten(text), options);

describe('a configuration', () => {
  test('has the long options of the command line', async () => {
    const text = `
fail-on: warning
fail-on-rule: [idle-timeout, killed]
ignore:
  - login-timeout@3
  - proxy-header
port: [3307, 3308]
max-findings: 5
strict: true
quiet: false
baseline: known.json
`;
    expect(await read(text)).toEqual({
      failOn: 'warning',
      failOnRule: ['idle-timeout', 'killed'],
      ignore: [
        { name: 'login-timeout', connection: 3 },
        { name: 'proxy-header', connection: null },
      ],
      port: [3307, 3308],
      maxFindings: 5,
      strict: true,
      quiet: undefined,
      baseline: 'known.json',
    });
  });

  test('may be JSON, or empty', async () => {
    expect(await read('{\n\t"port": 3307,\n\t"ignore": "killed,idle-timeout@0"\n}')).toEqual({
      port: [3307],
      ignore: [
        { name: 'killed', connection: null },
        { name: 'idle-timeout', connection: 0 },
      ],
    });
    expect(await read('')).toEqual({});
    expect(await read('# nothing yet\n')).toEqual({});
  });

  test('knows every long option that is a setting', async () => {
    const message = await read('x: 1').catch((fault) => fault.unknown.known.join(' '));
    expect(message).toBe(
      'format connection port keylog verify-checksums fail-on fail-on-rule ignore severity max-findings all strict require-mysql baseline expect output color quiet',
    );
  });

  test.each([
    ['a: 1\n', 1, 'unknown key "a" in the configuration'],
    ['\n\nfailOn: error', 3, 'unknown key "failOn" in the configuration'],
    ['fail-on: [error, warning]', 1, '"fail-on" must be one value, not a list'],
    ['strict: 1', 1, '"strict" must be true or false, not 1'],
    ['strict: yes', 1, '"strict" must be true or false, not "yes"'],
    ['port:\n  - 3307\n  - 70000', 3, '"port" is 70000: Expected port numbers from 1 to 65535.'],
    [
      'fail-on: errors',
      1,
      '"fail-on" is "errors": Allowed choices are error, warning, info, never.',
    ],
    ['ignore: kiled', 1, /No rule or cause is called "kiled"; did you mean "killed"\?$/],
    ['ignore: {killed: 3}', 1, '"ignore" must be a text or number, not keys with values'],
    ['baseline:', 1, '"baseline" must be a text or number, not nothing'],
    ['- strict', 1, 'the configuration must be keys with values, not a list'],
    ['strict', 1, 'the configuration must be keys with values, not "strict"'],
    ['strict: true\nstrict: false', 2, 'not YAML or JSON: Map keys must be unique'],
    ['port: &p 3307\nconnection: *p', 2, /^aliases/],
  ])('that is wrong says where and what: %j', async (text, line, message) => {
    await expect(read(text)).rejects.toMatchObject({
      line,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });
});
