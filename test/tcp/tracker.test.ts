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
    expect(net.send('s', 'PSH', 5001, 1001, 'hello')).toBe('0< hello');
    expect(net.finish()).toBe('0 end, 0 ended after 21');
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
    expect(net.send('c', 'PSH', 0x5000_0001, 0x6000_0001, 'hi')).toBe(
      '0 end, 0 ended after 4, 1> hi',
    );
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
    expect(net.finish()).toBe('1 end, 1 ended after 2');
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
    expect(net.send('c', 'SYN', 1000, null, 'early')).toBe('0> early');
    expect(net.send('s', 'SYN', 5000, 1006)).toBe('');
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
