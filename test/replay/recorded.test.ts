import { expect, test } from 'vitest';
import type { DriverText } from '../../src/findings/finding.ts';
import { KeyLog } from '../../src/tls/key-log.ts';
import { analyze } from '../mysql/analyze.ts';
import { besideOf, captureOf, PORTS, RECORDINGS } from './recordings.ts';
import { textsOf } from './scene.ts';

/*
 * What the recorded drivers printed, `client.txt`, against what mywire says that they print. Nothing is replayed: here
 * stand the situations that no replay can make, too.
 */

const THEMES = ['causes', 'sequence', 'refused', 'login', 'auth', 'tls'];

/** By the name with which a client begins: the drivers of findings. */
const DRIVERS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^PyMySQL \d/, ['PyMySQL']],
  [/^aiomysql \d/, ['aiomysql']],
  [/^mysql2 \d/, ['mysql2', 'mysql2 while idle']],
  [/^mysql \d/, ['mysqljs/mysql', 'mysqljs/mysql while idle']],
  [/^mariadb \(node\) \d/, ['mariadb (Node.js)']],
];
const COMMAND_LINE = ['mysql', 'mariadb', 'libmysqlclient', 'libmariadb'];

/** A driver's exception. What the client's own sockets raise (`builtins.ConnectionResetError`) is no driver's. */
const EXCEPTIONS = [
  /^ *(?:pymysql\.err\.\w+|builtins\.RuntimeError): (.+)$/,
  /^ *(?:event "error": )?(?:undefined|[A-Z][A-Z_\d]+) ([^ ].*)$/,
  /^(Warning: got packets out of order\. .+)$/,
];
const ON_COMMAND_LINE = /^ERROR (\d+ \(\w+\))(?: at line \d+)?: (.+)$/;

/** What drivers print on a connection that they have told to be broken. */
const AFTERWARDS = [
  "(0, '')",
  'Cannot enqueue Query after fatal error.',
  "Can't add new command when connection is in closed state",
  'This socket has been ended by the other party',
];

/** Fixtures of which a text is not told, and why. */
const UNTOLD: Readonly<Record<string, string>> = {
  'sequence/late-login-mariadb':
    'aiomysql 0.1 puts "Can\'t connect to MySQL server on" and the host before whatever goes wrong in a login',
  'causes/wait-timeout-blocked-mysql2':
    'it shows the ERR, and then the end of the connection that the ERR had told of',
  'auth/gssapi-mariadb':
    'it has the plugin, and that has no ticket: what a plugin says is its own affair',
  'auth/multi-factor': 'the same with a FIDO device; and ERR 4055, which answers a statement',
  'causes/galera-is-told': 'ERR 1047 answers a later statement',
  'causes/galera-leaves': 'ERR 1047 answers a later statement',
  'causes/hidden-idle-timeout-mariadb': 'the end of a connection in the words of TLS',
  'causes/hidden-login-timeout-mariadb': 'the end of a connection in the words of TLS',
  'causes/hidden-login-timeout-mysql': 'the ERR is in TLS: nobody can read its number',
  'causes/hidden-login-timeout-tls12-mysql': 'the ERR is in TLS: nobody can read its number',
  'causes/hidden-read-timeout-mariadb': 'the driver’s own time-out in the words of TLS',
  'causes/hidden-read-timeout-mysql': 'the driver’s own time-out in the words of TLS',
  'causes/kill-itself-then-used-mariadb': 'the ERR answers the KILL; what came behind it is told',
  'causes/kill-itself-then-used-mysql': 'the ERR answers the KILL; what came behind it is told',
};

const utf8 = new TextDecoder();

interface Printed {
  readonly drivers: readonly string[];
  /** Any of these. */
  readonly texts: readonly string[];
}

function printedIn(clientText: string): Printed[] {
  const printed: Printed[] = [];
  const seen = new Set<string>();
  let drivers: readonly string[] = [];
  for (const line of clientText.split('\n')) {
    drivers = DRIVERS.find(([name]) => name.test(line))?.[1] ?? drivers;
    const [, code, words] = ON_COMMAND_LINE.exec(line) ?? [];
    if (words !== undefined) {
      printed.push({ drivers: COMMAND_LINE, texts: [`ERROR ${code}: ${words}`, words] });
      continue;
    }
    const text = EXCEPTIONS.map((it) => it.exec(line)?.[1]).find((it) => it !== undefined);
    if (text === undefined || AFTERWARDS.includes(text)) continue;
    // The same again with other numbers follows from the first.
    const shape = text.replaceAll(/\d+/g, '0');
    if (!seen.has(shape)) printed.push({ drivers, texts: [text] });
    seen.add(shape);
  }
  return printed;
}

/** The texts of the capture's findings, and of each of their connections as if it were alone. */
function toldIn(fixture: string): DriverText[] {
  const bytes = captureOf(fixture);
  const keyLog = new KeyLog();
  keyLog.add(besideOf(fixture, 'keys.log'));
  const options = { ports: PORTS, packets: false, keyLog };
  const { findings } = analyze(bytes, options).report;
  const alone = findings
    .flatMap(({ connections }) => connections)
    .flatMap(
      (connection) => analyze(bytes, { ...options, connections: [connection] }).report.findings,
    );
  return [...findings, ...alone].flatMap(({ drivers }) => drivers);
}

/** `…` in what is told stands for what only the user knows. */
function isTold(told: readonly string[], printed: string): boolean {
  return told.some((text) => {
    const [start = '', ...parts] = text.split('…');
    if (parts.length === 0) return text === printed;
    return printed.startsWith(start) && parts.every((part) => printed.includes(part));
  });
}

function untoldIn(fixture: string): string[] {
  const printed = printedIn(utf8.decode(besideOf(fixture, 'client.txt')));
  if (printed.length === 0) return [];
  const lines = toldIn(fixture);
  return printed.flatMap(({ drivers, texts }) => {
    const told = drivers.flatMap((driver) => textsOf(lines, driver));
    const isUntold = told.length > 0 && !texts.some((text) => isTold(told, text));
    return isUntold ? [`${drivers[0]}: ${texts[0]}`] : [];
  });
}

const recorded = RECORDINGS.filter((it) => THEMES.includes(it.split('/')[0]!));

test('what the recorded drivers printed is what mywire says they print', () => {
  const untold = recorded.filter((fixture) => UNTOLD[fixture] === undefined);
  expect(untold.flatMap((it) => untoldIn(it).map((text) => `${it}: ${text}`))).toEqual([]);
});

test.each(Object.keys(UNTOLD))('%s: the exception is still one', (fixture) => {
  expect(untoldIn(fixture)).not.toEqual([]);
});
