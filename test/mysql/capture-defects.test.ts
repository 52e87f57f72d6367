import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CaptureOptions, lost, type Step } from '../build/conversation.ts';
import { breaksOf, contentOf, play, verdictOf } from './analyze.ts';
import { LEGAL } from './legal-scripts.ts';

// A capture that misses, doubles or swaps frames of a conversation that breaks no rule: whatever it
// lacks, nobody is to be blamed for it.

const SCRIPTS = LEGAL.filter(({ script }) => script.length < 40);

/** Findings that say that the conversation broke. */
function errorsOf(script: Step[], options: CaptureOptions = {}): string[] {
  const seen = verdictOf(play(script, options));
  expect(verdictOf(play(script, { ...options, packets: false }))).toEqual(seen);
  return seen.filter((verdict) => verdict.startsWith('error'));
}

describe.each(SCRIPTS)('$name', ({ name, script }) => {
  test('without any one of its segments breaks no rule', () => {
    script.forEach((_, missing) => {
      const holed = script.map((step, i) => (i === missing ? lost(step) : step));
      expect(errorsOf(holed), `step ${missing} is missing`).toEqual([]);
    });
  });

  test('without any two segments in a row breaks no rule', () => {
    script.forEach((_, missing) => {
      const holed = script.map((step, i) =>
        i - missing === 0 || i - missing === 1 ? lost(step) : step,
      );
      expect(errorsOf(holed), `steps ${missing} and ${missing + 1} are missing`).toEqual([]);
    });
  });

  test.each(['client', 'server'] as const)('without what the %s sends breaks no rule', (side) => {
    for (const handshake of [true, false]) {
      const half = script.map((step) => (step.from === side ? lost(step) : step));
      expect(errorsOf(half, { handshake })).toEqual([]);
    }
  });

  test('without anything of the client, what the server says is read', () => {
    const isClient = ({ bytes }: Frame) => bytes[29] === CLIENT_HOST;
    const mangle = (frames: readonly Frame[]) => frames.filter((frame) => !isClient(frame));
    const half = play(script, { mangle });
    const whole = saidByServer(play(script));
    const said = saidByServer(half);
    // What answers a command and has no mark of its own keeps its number.
    const isTold = (line: string, i: number) => line === whole[i]?.replace(/\w+$/, 'Unknown');
    expect(said.map((line, i) => (isTold(line, i) ? whole[i] : line))).toEqual(whole);
  });

  // Behind a PROXY header it is not sought.
  const isWithHeader = name.startsWith('a PROXY');
  test.skipIf(isWithHeader)('without anything of the server, login and commands are read', () => {
    const isServer = ({ bytes }: Frame) => bytes[29] === SERVER_HOST;
    const mangle = (frames: readonly Frame[]) => frames.filter((frame) => !isServer(frame));
    const opens = ({ fromClient, type }: Packet) => fromClient && OPENING.test(type);
    const openedIn = ({ packets }: ReturnType<typeof play>) =>
      packets.filter(opens).map(({ type }) => type);
    const half = openedIn(play(script, { mangle }));
    // What a login or a file goes on with belongs to what the server has asked for.
    const whole = openedIn(play(script));
    expect(half).toEqual(whole);
  });

  test('from any segment on breaks no rule', () => {
    script.forEach((_, start) => {
      expect(errorsOf(script.slice(start), { handshake: false }), `from step ${start}`).toEqual([]);
    });
  });

  test('up to any segment breaks no rule', () => {
    script.forEach((_, end) => {
      expect(errorsOf(script.slice(0, end)), `up to step ${end}`).toEqual([]);
    });
  });

  test('with every frame twice is the same', () => {
    const whole = play(script);
    const doubled = play(script, { mangle: (frames) => frames.flatMap((frame) => [frame, frame]) });
    expect(contentOf(doubled)).toEqual(contentOf(whole));
    expect(breaksOf(doubled)).toEqual([]);
  });

  test('with any two neighbouring frames swapped is the same', () => {
    const whole = play(script);
    // The handshake tells who the client is; behind it any order will do.
    for (let at = 3; at < script.length + 2; at++) {
      const swapped = play(script, {
        mangle: (frames) => frames.with(at, frames[at + 1]!).with(at + 1, frames[at]!),
      });
      expect(sorted(contentOf(swapped)), `frames ${at + 1} and ${at + 2}`).toEqual(
        sorted(contentOf(whole)),
      );
      expect(breaksOf(swapped), `frames ${at + 1} and ${at + 2}`).toEqual([]);
    }
  });
});

/** The last byte of the client's address, which an IPv4 header has 12 bytes from its start. */
const CLIENT_HOST = 5;
const SERVER_HOST = 9;
const OPENING = /^(COM_|Handshake|SSLRequest)/;

type Packet = ReturnType<typeof play>['packets'][number];
type Frame = Parameters<NonNullable<CaptureOptions['mangle']>>[0][number];

function saidByServer({ packets }: ReturnType<typeof play>): string[] {
  return packets.filter((p) => !p.fromClient).map((p) => `${p.sequenceId} ${p.type}`);
}

/** Packets come by frame, so swapped frames swap them, too. */
function sorted(packets: ReturnType<typeof contentOf>): string[] {
  return packets
    .map((packet) =>
      JSON.stringify(packet, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
    )
    .sort();
}

/** Frames by their numbers in the capture of a script: 1 to 3 are the TCP handshake, 4 is step 0. */
function without(...numbers: number[]): CaptureOptions {
  return { mangle: (frames) => frames.filter((_, i) => !numbers.includes(i + 1)) };
}

const START_MISSING: [what: string, script: string, missing: number[]][] = [
  ['the greeting', 'a health check that hangs up on the greeting', [4]],
  ['the greeting and the login', 'a refused login', [4, 5]],
  ['the SYN-ACK and the greeting', 'a refused login', [2, 4]],
  ['all but the SYN and what follows the greeting', 'a login, a query without rows', [2, 3, 4]],
  ['all but the SYN and what follows the SSLRequest', 'TLS after an SSLRequest', [2, 3, 4, 5]],
  ['the SYN, the ACK and the login', 'a login, a query without rows', [1, 3, 5]],
  ['the handshake and the login', 'a login, a query without rows', [1, 2, 3, 5]],
];

describe('a capture without', () => {
  test.each(START_MISSING)('%s breaks no rule: %s', (_, name, missing) => {
    const { script } = LEGAL.find((legal) => legal.name.startsWith(name))!;
    expect(errorsOf(script, without(...missing))).toEqual([]);
  });

  test('any of the first seven frames breaks no rule', () => {
    for (const { name, script } of SCRIPTS) {
      for (let bits = 1; bits < 128; bits++) {
        const missing = [1, 2, 3, 4, 5, 6, 7].filter((_, i) => (bits >> i) & 1);
        const { report } = play(script, { ...without(...missing), packets: false });
        const errors = report.findings.filter(({ severity }) => severity === 'error');
        expect(errors, `${name}, without frames ${missing}`).toEqual([]);
      }
    }
  });

  test('any frames at all breaks no rule', () => {
    const names = SCRIPTS.map(({ name }) => name);
    const missing = fc.array(fc.nat(), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.constantFrom(...names), missing, (name, numbers) => {
        const { script } = SCRIPTS.find((legal) => legal.name === name)!;
        const frames = numbers.map((number) => (number % (script.length + 3)) + 1);
        expect(errorsOf(script, without(...frames))).toEqual([]);
      }),
      { seed: 21, numRuns: 400 },
    );
  });
});
