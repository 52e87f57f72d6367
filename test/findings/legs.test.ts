import { describe, expect, test } from 'vitest';
import { hex } from '../build/bytes.ts';
import type { Packet } from '../build/capture.ts';
import { after, C, clientBytes, fin, lost, on, rst, S, type Step } from '../build/conversation.ts';
import { err, greeting, login, ok, ping, query, sslRequest } from '../build/mysql.ts';
import { play, verdictOf } from '../mysql/analyze.ts';

// Connection 0 leads from the client to a relay, connection 1 from there to the server.

/** Where an Ethernet frame of IPv4 without options has TCP's ports. */
const PORTS_AT = 14 + 20;
const RELAYED_PORT = 50_001;
const BACKEND_PORT = 3307;

/** Connection 1 goes to another port. */
function elsewhere(frames: readonly Packet[]): readonly Packet[] {
  return frames.map((frame) => {
    const bytes = frame.bytes.slice();
    const view = new DataView(bytes.buffer);
    const ports = [PORTS_AT, PORTS_AT + 2];
    const own = ports.findIndex((at) => view.getUint16(at) === RELAYED_PORT);
    if (own >= 0) view.setUint16(ports[1 - own]!, BACKEND_PORT);
    return { ...frame, bytes };
  });
}

/** What the server says on connection 1 has other sequence numbers. */
function renumbered(frames: readonly Packet[]): readonly Packet[] {
  return frames.map((frame) => {
    const bytes = frame.bytes.slice();
    const view = new DataView(bytes.buffer);
    const own = [0, 2].findIndex((at) => view.getUint16(PORTS_AT + at) === RELAYED_PORT);
    // The client acknowledges what the server numbers.
    const at = PORTS_AT + (own === 0 ? 8 : 4);
    if (own >= 0) view.setUint32(at, (view.getUint32(at) + 0x1234_5678) >>> 0);
    return { ...frame, bytes };
  });
}

const judge = (script: readonly Step[], mangle = elsewhere) => play(script, { mangle });
const behind = (step: Step) => on(1, step);
/** What one side says, passed on. */
const up = (step: Step): Step[] => [step, behind(step)];
const down = (step: Step): Step[] => [behind(step), step];

const connected = clientBytes('');
const greeted = [connected, ...down(S(0, greeting()))];
const loggedIn = [...greeted, ...up(C(1, login())), ...down(S(2, ok()))];
const asked = [...loggedIn, ...up(C(0, ping)), ...down(S(1, ok()))];

const linked = ({ report }: ReturnType<typeof judge>) =>
  report.conversations.map((conversation) => report.legs.numbersOf(conversation));
const told = ({ report }: ReturnType<typeof judge>) =>
  report.findings.map(({ cause, connections }) => [cause.id, cause.certainty, connections]);

describe('a session that goes through a relay', () => {
  test('is known by its greeting', () => {
    expect(linked(judge(asked))).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(told(judge(asked))).toEqual([]);
  });

  test('is known behind address translation, which leaves port and numbers as they are', () => {
    expect(linked(judge(asked, (frames) => frames))[0]).toEqual([0, 1]);
  });

  test('is known by its login, where one greeting is missing', () => {
    const script = asked.map((step, i) => (i === 2 ? lost(step) : step));
    expect(linked(judge(script))[0]).toEqual([0, 1]);
  });

  test('whose login the relay keeps is told once, with both legs', () => {
    const held = [...greeted, C(1, login()), after(2, behind(rst('server'))), fin('server')];
    const analysis = judge(held);
    expect(told(analysis)).toEqual([['login-held-up', 'proven', [0, 1]]]);
    const texts = analysis.report.findings[0]!.evidence.map(({ text }) => text);
    expect(texts.filter((text) => !/^on connection [01]/.test(text))).toEqual([]);
  });

  test('whose request for TLS the relay keeps is the same', () => {
    const timeout = S(1, err(1159, 'Got timeout reading communication packets', '08S01'));
    const held = [...greeted, C(1, sslRequest()), after(2, behind(timeout)), timeout];
    expect(told(judge([...held, ...down(fin('server'))]))).toEqual([
      ['login-held-up', 'proven', [0, 1]],
    ]);
  });

  test('whose login is not in the capture is held up by nobody', () => {
    const script = [...greeted, C(1, login()), lost(behind(C(1, login())))];
    const refused = down(S(2, err(1045, 'Access denied', '28000')));
    expect(told(judge([...script, ...refused])).map(([id]) => id)).not.toContain('login-held-up');
  });

  test('whose idle client the relay leaves is closed by the relay', () => {
    const closed = [...asked, after(4, C(0, query('select 1'))), fin('server')];
    expect(told(judge(closed))).toEqual([['proxy-idle-timeout', 'proven', [0, 1]]]);
  });

  test('that the server closes is closed by the server, once', () => {
    const timeout = S(0, err(4031, 'The client was disconnected', 'HY000'));
    const idle = [...asked, after(8, behind(timeout)), timeout, ...down(fin('server'))];
    expect(told(judge(idle))).toEqual([['idle-timeout', 'proven', [0, 1]]]);
  });
});

describe('connections that are only alike', () => {
  test('are none of one session, to the same server', () => {
    expect(linked(judge(asked, renumbered))).toEqual([null, null]);
  });

  test('are none of one session, one after the other', () => {
    const one = asked.filter(({ connection }) => connection === 0);
    expect(linked(judge([...one, ...one.map(behind)]))).toEqual([null, null]);
  });

  test('are none of one session, where their scrambles differ', () => {
    const other = greeting({ connectionId: 43 });
    const script = [connected, behind(S(0, other)), S(0, greeting()), ...up(C(1, login()))];
    expect(linked(judge([...script, ...down(S(2, ok()))]))).toEqual([null, null]);
  });
});

test('what one leg alone shows is judged by it', () => {
  const timeout = S(1, err(1159, 'Got timeout reading communication packets', '08S01'));
  const hello = clientBytes(hex('16 03 01 00 05 01 00 00 01 00'));
  const script = [S(0, greeting()), C(1, sslRequest()), hello, after(2, timeout), fin('server')];
  expect(verdictOf(play(script))).toEqual(['error login-timeout frame 7 S login-held-up likely']);
});
