import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameOf } from '../../src/capture/frame.ts';
import { newRecord } from '../../src/capture/record.ts';
import type { Connection, Direction, StreamReader } from '../../src/tcp/connection.ts';
import { decodeSegment, newSegment } from '../../src/tcp/segment.ts';
import { Tracker, type TrackerHost } from '../../src/tcp/tracker.ts';
import { ascii, concat, toAscii } from '../build/bytes.ts';
import { address4, TCP_FLAG, tcp } from '../build/frame.ts';

const CLIENT = address4('10.0.0.1');
const SERVER = address4('10.0.0.2');

/** Connections between one client address and a server's port 3306; what is told of them comes out. */
class Net implements TrackerHost {
  readonly told: string[] = [];
  readonly tracker = new Tracker(this);
  readonly ended: (connection: Connection) => void = ({ number, segments }) =>
    this.told.push(`${number} ended after ${segments}`);
  wanted: (number: number) => boolean = () => true;
  /** The capture's second. */
  second = 0;
  #frame = 0;
  #identification = 0;

  isWanted(number: number): boolean {
    return this.wanted(number);
  }

  readerOf({ number }: Connection): StreamReader {
    const name = (direction: Direction) => `${number}${direction === 0 ? '>' : '<'}`;
    return {
      data: (direction, bytes, start, end) =>
        this.told.push(`${name(direction)} ${toAscii(bytes.subarray(start, end))}`),
      gap: (direction, length) => this.told.push(`${name(direction)} gap ${length}`),
      end: () => this.told.push(`${number} end`),
    };
  }

  /** One segment, twice where the frame is captured twice; what was told because of it. */
  send(
    side: 'c' | 's',
    flag: keyof typeof TCP_FLAG,
    sequence: number,
    ack: number | null,
    payload = '',
    { port = 40_000, frames = 1 } = {},
  ): string {
    const client = side === 'c';
    const ports = client
      ? { sourcePort: port, destinationPort: 3306 }
      : { sourcePort: 3306, destinationPort: port };
    const header = {
      ...ports,
      sequence,
      acknowledgment: ack ?? 0,
      flags: TCP_FLAG[flag] | (ack === null ? 0 : TCP_FLAG.ACK),
    };
    const bytes = concat(
      ...(client ? [CLIENT, SERVER] : [SERVER, CLIENT]),
      tcp(header, ascii(payload)),
    );
    const segment = newSegment();
    expect(decodeSegment(bytes, 8, bytes.length, 0, segment)).toBe(true);
    const identification = this.#identification++ & 0xffff;
    const record = newRecord();
    for (let i = 0; i < frames; i++) {
      record.number = ++this.#frame;
      record.seconds = this.second;
      this.tracker.tick(record);
      this.tracker.push(bytes, 0, 4, identification, segment, frameOf(record));
    }
    return this.told.splice(0).join(', ');
  }

  open(port: number, client = 1000, server = 5000): string {
    return [
      this.send('c', 'SYN', client, null, '', { port }),
      this.send('s', 'SYN', server, client + 1, '', { port }),
      this.send('c', 'ACK', client + 1, server + 1, '', { port }),
    ].join('');
  }

  finish(): string {
    this.tracker.finish();
    return this.told.splice(0).join(', ');
  }
}

describe('Tracker', () => {
  test('connections are numbered by their first segments, and end by number', () => {
    const net = new Net();
    net.open(40_000);
    net.open(40_001);
    net.open(40_002);
    const hello = (port: number) => net.send('s', 'PSH', 5001, 1001, `to ${port}`, { port });
    expect([hello(40_002), hello(40_000)]).toEqual(['2< to 40002', '0< to 40000']);
    expect(net.finish()).toBe('0 end, 0 ended after 4, 1 ended after 3, 2 end, 2 ended after 4');
    expect(net.tracker.count).toBe(3);
  });

  test('a frame that was captured twice counts, and does nothing', () => {
    const net = new Net();
    net.send('c', 'SYN', 1000, null, '', { frames: 2 });
    net.send('s', 'SYN', 5000, 1001, '', { frames: 2 });
    expect(net.send('s', 'PSH', 5001, 1001, 'hello', { frames: 2 })).toBe('0< hello');
    let counts: unknown;
    const { ended } = net;
    Object.assign(net, {
      ended: (connection: Connection) => {
        const { segments, distinct, halves } = connection;
        counts = [segments, distinct, ...halves.map((half) => half.duplicates)];
        ended(connection);
      },
    });
    expect(net.finish()).toBe('0 end, 0 ended after 6');
    expect(counts).toEqual([6, 3, 1, 2]);
  });

  test('a sent-again SYN is the same connection', () => {
    const net = new Net();
    net.send('c', 'SYN', 1000, null);
    net.send('c', 'SYN', 1000, null);
    expect(net.open(40_000)).toBe('');
    expect(net.finish()).toBe('0 ended after 5');
  });

  test('a SYN sent again and again is one connection, however often', () => {
    const net = new Net();
    for (let i = 0; i < 20; i++) net.send('c', 'SYN', 1000, null);
    net.send('s', 'PSH', 5001, 1001, 'hello');
    expect(net.finish()).toBe('0< hello, 0 end, 0 ended after 21');
  });

  test('a port used again is a new connection, whether the old one was closed or not', () => {
    const net = new Net();
    net.open(40_000);
    net.send('s', 'PSH', 5001, 1001, 'first');
    expect(net.send('c', 'SYN', 90_000, null)).toBe('');
    expect(net.send('s', 'SYN', 70_000, 90_001)).toBe('0 end, 0 ended after 4');
    expect(net.send('s', 'PSH', 70_001, 90_001, 'second')).toBe('1< second');
    net.send('c', 'FIN', 90_001, 70_007);
    net.send('s', 'FIN', 70_007, 90_002);
    expect(net.send('c', 'SYN', 200_000, null)).toBe('1 end, 1 ended after 5');
    expect(net.send('s', 'SYN', 300_000, 200_001)).toBe('');
    expect(net.finish()).toBe('2 ended after 2');
  });

  test('a port used again of which the answer to the SYN is missing', () => {
    const net = new Net();
    net.open(40_000);
    net.send('s', 'PSH', 5001, 1001, 'first');
    net.send('c', 'SYN', 0x5000_0000, null);
    expect(net.send('c', 'PSH', 0x5000_0001, 0x6000_0001, 'hi')).toBe('0 end, 0 ended after 4');
    expect(net.finish()).toBe('1> hi, 1 end, 1 ended after 2');
  });

  test('a port used again before anything was said', () => {
    const net = new Net();
    net.open(40_000);
    expect(net.send('c', 'SYN', 90_000, null)).toBe('0 ended after 3');
    expect(net.send('s', 'SYN', 70_000, 90_001)).toBe('');
    expect(net.finish()).toBe('1 ended after 2');
  });

  test('a port used again after a capture that starts in the middle', () => {
    const net = new Net();
    net.send('c', 'ACK', 1000, 5000);
    expect(net.send('c', 'SYN', 90_000, null)).toBe('0 ended after 1');
    net.send('s', 'PSH', 70_001, 90_001, 'hello');
    expect(net.finish()).toBe('1< hello, 1 end, 1 ended after 2');
  });

  test('a stray SYN has a number of its own, and the connection goes on', () => {
    const net = new Net();
    net.open(40_000);
    net.send('s', 'PSH', 5001, 1001, 'hello');
    expect(net.send('c', 'SYN', 0x5000_0000, null)).toBe('');
    // The server answers with what it has.
    expect(net.send('s', 'ACK', 5006, 1001)).toBe('');
    expect(net.send('c', 'PSH', 1001, 5006, 'query')).toBe('0> query');
    expect(net.send('s', 'PSH', 5006, 1006, 'answer')).toBe('0< answer');
    expect(net.finish()).toBe('0 end, 0 ended after 7, 1 ended after 1');
  });

  test('a SYN that the server first refuses is the start of the next connection', () => {
    const net = new Net();
    net.open(40_000);
    net.send('s', 'PSH', 5001, 1001, 'hello');
    // The client has forgotten the connection; the server has not.
    net.send('c', 'SYN', 0x5000_0000, null);
    net.send('s', 'ACK', 5006, 1001);
    net.send('c', 'RST', 1001, null);
    expect(net.send('c', 'SYN', 0x5000_0000, null)).toBe('0 end, 0 ended after 6');
    expect(net.send('s', 'SYN', 0x6000_0000, 0x5000_0001)).toBe('');
    expect(net.send('s', 'PSH', 0x6000_0001, 0x5000_0001, 'again')).toBe('1< again');
    expect(net.finish()).toBe('1 end, 1 ended after 4');
  });

  test('data with the SYN', () => {
    const net = new Net();
    expect(net.send('c', 'SYN', 1000, null, 'early')).toBe('');
    expect(net.send('s', 'SYN', 5000, 1006)).toBe('0> early');
    expect(net.send('s', 'PSH', 5001, 1006, 'hello')).toBe('0< hello');
  });

  test('connections that nobody wants are counted, not read', () => {
    const net = new Net();
    net.wanted = (number) => number === 1;
    net.open(40_000);
    net.open(40_001);
    expect(net.send('s', 'PSH', 5001, 1001, 'hello', { port: 40_000 })).toBe('');
    expect(net.send('s', 'PSH', 5001, 1001, 'hello', { port: 40_001 })).toBe('1< hello');
    expect(net.finish()).toBe('0 ended after 4, 1 end, 1 ended after 4');
  });

  test('what is over is ended when a thousand others are, and counted on', () => {
    const net = new Net();
    const told: string[] = [];
    for (let port = 20_000; port < 21_030; port++) {
      net.open(port);
      net.send('s', 'FIN', 5001, 1001, 'bye', { port });
      const said = net.send('c', 'FIN', 1001, 5005, '', { port });
      if (said !== '') told.push(said);
    }
    expect(told).toEqual(['0 end', '1 end', '2 end', '3 end', '4 end', '5 end']);
    expect(net.send('s', 'ACK', 5005, 1002, '', { port: 20_000 })).toBe('');
    expect(net.finish()).toMatch(/^0 ended after 6, 1 ended after 5, /);
  });
});

/** A whole connection, from its SYN to the last acknowledgment, as `send` takes it. */
type Sent = readonly [
  side: 'c' | 's',
  flag: keyof typeof TCP_FLAG,
  sequence: number,
  ack: number | null,
  payload?: string,
];

function conversation(client: number, server: number, name: string): Sent[] {
  let [c, s] = [client + 1, server + 1];
  const said: Sent[] = [
    ['c', 'SYN', client, null],
    ['s', 'SYN', server, c],
    ['c', 'ACK', c, s],
  ];
  for (const [side, text] of [
    ['s', 'hello'],
    ['c', 'login'],
    ['s', 'ok'],
    ['c', 'query'],
    ['s', 'answer'],
    ['c', 'quit'],
  ] as const) {
    const payload = `${name} ${text};`;
    const isClient = side === 'c';
    said.push([side, 'PSH', isClient ? c : s, isClient ? s : c, payload]);
    if (isClient) c += payload.length;
    else s += payload.length;
    said.push(isClient ? ['s', 'ACK', s, c] : ['c', 'ACK', c, s]);
  }
  said.push(['c', 'FIN', c, s], ['s', 'FIN', s, c + 1], ['c', 'ACK', c + 1, s + 1]);
  return said;
}

/** As if each had come so many places later than it did. */
function late(sent: readonly Sent[], delays: readonly number[]): Sent[] {
  return sent
    .map((each, i) => ({ each, at: i + (delays[i] ?? 0) }))
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each);
}

/** Who is named first depends on the first frame. */
const withoutSides = (text: string) => text.replace(/[<>] ([^,]+)/g, ' $1');

const delays = (most: number) =>
  fc.array(fc.oneof(fc.constant(0), fc.nat(most)), { minLength: 50 });

function told(sent: readonly Sent[]): string {
  const net = new Net();
  const all = sent.map((each) => net.send(...each));
  return [...all, net.finish()].filter((text) => text !== '').join(', ');
}

describe('the start of a connection', () => {
  test.each([
    ['far from any wrap', 1000, 5000],
    ['across 2^32', 0xffff_fffa, 0xffff_fff5],
    ['across 2^31', 0x7fff_fffa, 0x7fff_fff5],
  ])('may be shuffled in any way: %s', (_, client, server) => {
    const clean = conversation(client, server, 'first');
    const count = clean.length;
    const expected = withoutSides(told(clean));
    fc.assert(
      fc.property(delays(50), (late50) => {
        const shuffled = late(clean, late50);
        const turned = shuffled[0]![0] === 's';
        const text = told(shuffled);
        expect(text.includes(turned ? '0> first hello' : '0< first hello')).toBe(true);
        expect(withoutSides(text)).toBe(expected);
        expect(text).toContain(`ended after ${count}`);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('is waited for as long as the capture may have shuffled it', () => {
    const net = new Net();
    net.second = 100;
    expect(net.send('c', 'PSH', 1001, 5001, 'query')).toBe('');
    net.second = 102;
    expect(net.send('s', 'PSH', 5001, 1006, 'answer')).toBe('');
    net.second = 103;
    expect(net.send('c', 'SYN', 1, null, '', { port: 40_001 })).toBe('0> query, 0< answer');
    expect(net.send('c', 'PSH', 1006, 5007, 'next')).toBe('0> next');
  });

  test('is waited for as many segments as the capture may have shuffled', () => {
    const net = new Net();
    for (let i = 0; i < 127; i++) expect(net.send('c', 'PSH', 1001 + i, 5001, 'q')).toBe('');
    expect(net.send('c', 'PSH', 1128, 5001, 'Q')).toBe(`${'0> q, '.repeat(127)}0> Q`);
  });

  test('that is not in the capture is where its lowest bytes are', () => {
    const net = new Net();
    net.send('c', 'PSH', 1006, 5007, 'next');
    net.send('s', 'PSH', 5001, 1006, 'answer');
    net.send('c', 'PSH', 1001, 5001, 'query');
    net.send('c', 'PSH', 1010, 5007, 'last');
    expect(net.finish()).toBe('0> query, 0< answer, 0> next, 0> last, 0 end, 0 ended after 4');
  });

  test('may lie before a keep-alive, but not where that one is', () => {
    const net = new Net();
    net.send('c', 'ACK', 1000, 5001);
    net.send('s', 'ACK', 5001, 1001);
    net.send('c', 'PSH', 1001, 5001, 'query');
    expect(net.finish()).toBe('0> query, 0 end, 0 ended after 3');
  });

  test('weighs no more than 32 MiB of all connections together', () => {
    const net = new Net();
    const payload = 'x'.repeat(60_000);
    const count = Math.ceil((32 * 1024 * 1024) / 60_532);
    const said = Array.from({ length: count }, (_, i) =>
      net.send('c', 'PSH', 1001, 5001, payload, { port: 10_000 + i }),
    );
    expect(said.filter((text) => text !== '')).toEqual([`0> ${payload}`]);
    expect(said.at(-1)).not.toBe('');
  });
});

describe('a port used again at once', () => {
  test('has two connections, whatever was shuffled by a few segments where they meet', () => {
    const [first, second] = [
      conversation(1000, 5000, 'first'),
      conversation(90_000_000, 80_000_000, 'second'),
    ];
    // An acknowledgment that says nothing new may be counted on either side.
    const text = (sent: readonly Sent[]) => withoutSides(told(sent)).replace(/ after \d+/g, '');
    fc.assert(
      fc.property(delays(3), (lateness) => {
        expect(text(late([...first, ...second], lateness))).toBe(text([...first, ...second]));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('may have the start of the second behind its first bytes', () => {
    const net = new Net();
    for (const each of conversation(1000, 5000, 'first')) net.send(...each);
    expect(net.send('s', 'SYN', 80_000_000, 90_000_001)).toBe('0 end, 0 ended after 18');
    expect(net.send('s', 'PSH', 80_000_001, 90_000_001, 'hello')).toBe('');
    expect(net.send('c', 'SYN', 90_000_000, null)).toBe('1> hello');
    expect(net.finish()).toBe('1 end, 1 ended after 3');
  });
});
