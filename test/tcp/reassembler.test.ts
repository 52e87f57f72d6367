import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Frame, frameOf } from '../../src/capture/frame.ts';
import { newRecord } from '../../src/capture/record.ts';
import {
  type Arrival,
  Connection,
  type Direction,
  type HalfStream,
  type StreamReader,
} from '../../src/tcp/connection.ts';
import { Reassembler } from '../../src/tcp/reassembler.ts';
import { decodeSegment, newSegment } from '../../src/tcp/segment.ts';
import { ascii, concat, hex, toAscii, u32, zeros } from '../build/bytes.ts';
import { address4, TCP_FLAG, tcp } from '../build/frame.ts';

interface Piece {
  from: Direction;
  /** Stream offset, 0 being the byte after the SYN; a SYN needs none. */
  offset?: number;
  payload?: Uint8Array;
  /** Stream offset of the other side; without it the ACK flag is not set. */
  ack?: number | undefined;
  flags?: number;
  /** Bytes at the payload's end that the snap length cut off. */
  cut?: number;
  /** Stream offsets of the other side, that it says it has beside what it acknowledges. */
  sack?: readonly [from: number, to: number] | undefined;
}

const NAMES = 'cs';

/** A client and a server: segments go in, what the reader is told comes out. */
class Talk implements StreamReader {
  readonly connection: Connection;
  /** Initial sequence numbers of both sides. */
  readonly #initial: readonly [number, number];
  readonly #reassembler = new Reassembler();
  readonly #record = newRecord();
  /** Seconds of the capture's time that pass between two frames. */
  lapse = 0;
  #told: string[] = [];
  /** Stream bytes told of so far, as data or as gaps. */
  readonly position: [number, number] = [0, 0];
  readonly streams: [string, string] = ['', ''];
  readonly gaps: [number, number] = [0, 0];
  onData: (direction: Direction, bytes: Uint8Array, arrival: Arrival) => void = () => {};

  constructor(initial: readonly [number, number] = [1000, 50_000]) {
    this.#initial = initial;
    this.connection = new Connection(
      0,
      [
        { address: address4('10.0.0.1'), port: 40_000 },
        { address: address4('10.0.0.2'), port: 3306 },
      ],
      frameOf(this.#record),
    );
    this.connection.reader = this;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival) {
    const text = toAscii(bytes.subarray(start, end));
    this.#told.push(`${NAMES[direction]} "${text}"`);
    // A fresh connection counts from the byte after the SYN, so this holds from its start on.
    expect(arrival.offset).toBe(this.position[direction]);
    this.onData(direction, bytes, arrival);
    this.streams[direction] += text;
    this.position[direction] += text.length;
  }

  gap(direction: Direction, length: number) {
    this.#told.push(`${NAMES[direction]} gap ${length}`);
    expect(length).toBeGreaterThan(0);
    this.gaps[direction] += length;
    this.position[direction] += length;
  }

  fin(direction: Direction) {
    this.#told.push(`${NAMES[direction]} fin`);
  }

  reset(direction: Direction) {
    this.#told.push(`${NAMES[direction]} reset`);
  }

  end() {
    this.#told.push('end');
  }

  /** Pushes a segment, writes its bytes over as the next chunk would, and says what was told. */
  push({ from, offset, payload = zeros(0), ack, flags = 0, cut = 0, sack }: Piece): string {
    const [mine, theirs] = [this.#initial[from], this.#initial[from === 0 ? 1 : 0]];
    const bytes = tcp(
      {
        sequence: offset === undefined ? mine : mine + 1 + offset,
        acknowledgment: ack === undefined ? 0 : theirs + 1 + ack,
        flags: flags | (ack === undefined ? 0 : TCP_FLAG.ACK),
        options:
          sack === undefined
            ? zeros(0)
            : concat(hex('0101 050a'), ...sack.map((edge) => u32(theirs + 1 + edge))),
      },
      payload,
    );
    const segment = newSegment();
    if (!decodeSegment(bytes, 0, bytes.length - cut, cut, segment)) throw new Error('no segment');
    this.#record.number++;
    this.#record.seconds += this.lapse;
    this.#reassembler.push(this.connection, from, segment, this.#record);
    bytes.fill(0xee);
    return this.#take();
  }

  /** A frame of another connection passes, so much later. */
  pass(seconds: number): string {
    this.#record.number++;
    this.#record.seconds += seconds;
    this.#reassembler.tick(this.#record);
    return this.#take();
  }

  finish(): string {
    this.#reassembler.end(this.connection);
    const told = this.#take();
    expect(told.match(/\bend\b/g)).toHaveLength(1);
    return told.replace(/(, )?end$/, '');
  }

  #take(): string {
    const told = this.#told.join(', ');
    this.#told = [];
    return told;
  }
}

/**
 * A line of a script, left of the bar:
 *
 *   [TIMESx] c|s [OFFSET] ["PAYLOAD"] [SYN|FIN|RST] [ack OFFSET] [sack FROM-TO] [cut BYTES]      or: end
 */
function parse(line: string): { times: number; piece: Piece } {
  const match =
    /^(?:(\d+)x )?([cs])(?: (-?\d+))?(?: "([^"]*)")?(?: (SYN|FIN|RST))?(?: ack (-?\d+))?(?: sack (\d+)-(\d+))?(?: cut (\d+))?$/.exec(
      line,
    );
  if (match === null) throw new Error(`not a segment: ${line}`);
  const [, times, side, offset, payload = '', flag, ack, from, to, cut] = match;
  return {
    times: Number(times ?? 1),
    piece: {
      from: side === 'c' ? 0 : 1,
      ...(offset === undefined ? {} : { offset: Number(offset) }),
      payload: ascii(payload),
      flags: flag === undefined ? 0 : TCP_FLAG[flag as 'SYN' | 'FIN' | 'RST'],
      ack: ack === undefined ? undefined : Number(ack),
      sack: from === undefined ? undefined : [Number(from), Number(to)],
      cut: Number(cut ?? 0),
    },
  };
}

const HANDSHAKE = ['c SYN', 's SYN ack 0', 'c 0 ack 0'];

function play(talk: Talk, segments: readonly string[]): string[] {
  return segments.map((line) => {
    if (line === 'end') return talk.finish();
    const { times, piece } = parse(line);
    const told = Array.from({ length: times }, () => talk.push(piece));
    return told.filter((text) => text !== '').join(', ');
  });
}

/** Far from any wrap, across 2^32 in both directions, across the sign bit in both. */
const INITIAL: [name: string, initial: [number, number]][] = [
  ['', [1000, 50_000]],
  [', across 2^32', [0xffff_fffd, 0xffff_fffe]],
  [', across 2^31', [0x7fff_fffe, 0x7fff_fffd]],
];

/**
 * Plays a script: a segment a line, and behind the bar what the reader is then told. Without a line
 * for the end of the capture, nothing may be told then.
 */
function script(name: string, text: string, opening: readonly string[] = HANDSHAKE): void {
  const lines = text.trim().split('\n');
  const steps = lines.map((line) => line.split('|').map((part) => part.trim()));
  if (steps.at(-1)![0] !== 'end') steps.push(['end', '']);
  const segments = steps.map(([segment]) => segment!);
  const show = (told: readonly string[]) => segments.map((segment, i) => `${segment} | ${told[i]}`);
  test.each(INITIAL)(`${name}%s`, (_, initial) => {
    const talk = new Talk(initial);
    expect(play(talk, opening).join('')).toBe('');
    expect(show(play(talk, segments))).toEqual(show(steps.map(([, told]) => told!)));
  });
}

/** As `script`, of a capture that starts in the middle of the connection. */
const midstream = (name: string, text: string) => script(name, text, []);

describe('in order', () => {
  script(
    'both sides take turns',
    `
      c 0 "abc" ack 0   | c "abc"
      s 0 "xy" ack 3    | s "xy"
      s 2 "z" ack 3     | s "z"
      c 3 "def" ack 3   | c "def"
      s 3 ack 6         |
    `,
  );

  test('is handed on without copying', () => {
    const talk = new Talk();
    play(talk, HANDSHAKE);
    const bytes = tcp({ sequence: 1001, acknowledgment: 50_001 }, ascii('abc'));
    const segment = newSegment();
    decodeSegment(bytes, 0, bytes.length, 0, segment);
    let told: Uint8Array | null = null;
    talk.onData = (_, same) => {
      told = same;
    };
    new Reassembler().push(talk.connection, 0, segment, newRecord());
    expect(told).toBe(bytes);
  });

  midstream(
    'data may come with the SYN',
    `
      c "abc" SYN       | c "abc"
      s SYN ack 3       |
      s 0 "xyz" ack 3   | s "xyz"
      c 3 "def" ack 3   | c "def"
    `,
  );

  midstream(
    'the answer to a SYN may be seen before it',
    `
      s SYN ack 0       |
      c SYN             |
      c 0 "abc" ack 0   | c "abc"
      s 0 "xyz" ack 3   | s "xyz"
    `,
  );
});

describe('the end of a stream', () => {
  script(
    'data may come with the FIN',
    `
      c 0 "bye" FIN ack 0   | c "bye", c fin
      s 0 FIN ack 4         | s fin
      c 4 ack 1             |
    `,
  );

  script(
    'a half-closed connection still brings data',
    `
      c 0 "q" FIN ack 0     | c "q", c fin
      s 0 "abc" ack 2       | s "abc"
      c 2 ack 3             |
      s 3 "def" FIN ack 2   | s "def", s fin
      c 2 ack 7             |
    `,
  );

  script(
    'a FIN waits for the data before it',
    `
      c 3 "def" FIN ack 0   |
      c 0 "abc" ack 0       | c "abc", c "def", c fin
    `,
  );

  script(
    'a lone FIN waits for the data before it',
    `
      c 3 FIN ack 0     |
      c 0 "abc" ack 0   | c "abc", c fin
    `,
  );

  script(
    'a FIN sent again is told once',
    `
      c 0 FIN ack 0   | c fin
      c 0 FIN ack 0   |
      s 0 FIN ack 1   | s fin
      s 0 FIN ack 1   |
    `,
  );

  script(
    'data that acknowledges a FIN comes after it',
    `
      c 0 "ab" FIN ack 0   | c "ab", c fin
      s 0 "xyz" ack 3      | s "xyz"
    `,
  );

  script(
    'data that acknowledges a FIN waits for one that comes late',
    `
      c 0 "ab" ack 0   | c "ab"
      s 0 "xyz" ack 3  |
      c 2 FIN ack 0    | c fin, s "xyz"
    `,
  );

  script(
    'a reset is told at once, and once',
    `
      c 0 "abc" ack 0   | c "abc"
      s 0 RST           | s reset
      c 3 RST ack 0     |
    `,
  );

  script(
    'what a reset acknowledges is not believed',
    `
      c 0 "abc" ack 0   | c "abc"
      s 0 RST ack 900   | s reset
      end               |
    `,
  );
});

describe('resets', () => {
  script(
    'far from where the stream is end nothing',
    `
      c 0 "abc" ack 0        | c "abc"
      s 900000000 RST        |
      s -900000000 RST ack 3 |
      s 0 "xyz" ack 3        | s "xyz"
    `,
  );

  script(
    'behind bytes that the capture lost end the connection',
    `
      s 0 "xyz" ack 0   | s "xyz"
      c 0 ack 30000000  |
      s 30000000 RST    | s reset
      end               | s gap 29999997
    `,
  );

  script(
    'carry a text that is none of the stream’s',
    `
      c 0 "abc" ack 0           | c "abc"
      s 0 "go away" RST ack 3   | s reset
    `,
  );

  midstream(
    'that come first do not tell where the stream is',
    `
      s 500 RST ack 700   | s reset
      c 0 "abc" ack 0     | c "abc"
      s 0 "xyz" ack 3     | s "xyz"
    `,
  );
});

describe('both sides at once', () => {
  midstream(
    'open the connection',
    `
      c SYN             |
      s SYN             |
      c SYN ack 0       |
      s SYN ack 0       |
      c 0 "abc" ack 0   | c "abc"
      s 0 "xyz" ack 3   | s "xyz"
    `,
  );

  script(
    'close it',
    `
      c 0 FIN ack 0     | c fin
      s 0 FIN ack 0     | s fin
      c 1 ack 1         |
      s 1 ack 1         |
    `,
  );
});

describe('probes of a closed window', () => {
  script(
    'bring a byte that is sent again with those behind it',
    `
      c 0 "abc" ack 0   | c "abc"
      s 0 ack 3         |
      c 3 "d" ack 0     | c "d"
      s 0 ack 3         |
      c 3 "d" ack 0     |
      s 0 ack 3         |
      c 3 "defg" ack 0  | c "efg"
      c 7 "h" ack 0     | c "h"
    `,
  );

  script(
    'bring none, below what was sent',
    `
      c 0 "abc" ack 0   | c "abc"
      c 2 ack 0         |
      s 0 ack 3         |
      c 3 "d" ack 0     | c "d"
    `,
  );
});

describe('a FIN that is not of this stream', () => {
  script(
    'ends nothing',
    `
      c 0 "abc" ack 0   | c "abc"
      c -20 FIN ack 0   |
      c 3 "def" ack 0   | c "def"
      c 6 FIN ack 0     | c fin
    `,
  );
});

describe('out of order', () => {
  script(
    'two segments that changed places',
    `
      c 3 "def" ack 0   |
      c 0 "abc" ack 0   | c "abc", c "def"
      c 6 "ghi" ack 0   | c "ghi"
    `,
  );

  script(
    'several segments backwards',
    `
      s 6 "ghi" ack 0   |
      s 3 "def" ack 0   |
      s 9 "j" ack 0     |
      s 0 "abc" ack 0   | s "abc", s "def", s "ghi", s "j"
    `,
  );

  script(
    'two holes, filled one after the other',
    `
      c 1 "b" ack 0   |
      c 3 "d" ack 0   |
      c 0 "a" ack 0   | c "a", c "b"
      c 2 "c" ack 0   | c "c", c "d"
    `,
  );
});

describe('sent again', () => {
  script(
    'an exact duplicate',
    `
      c 0 "abc" ack 0   | c "abc"
      c 0 "abc" ack 0   |
      c 3 "def" ack 0   | c "def"
    `,
  );

  script(
    'a duplicate of what is held',
    `
      c 3 "def" ack 0   |
      c 3 "def" ack 0   |
      c 0 "abc" ack 0   | c "abc", c "def"
    `,
  );

  script(
    'a part of what is known',
    `
      c 0 "abcdef" ack 0   | c "abcdef"
      c 2 "cd" ack 0       |
      c 6 "g" ack 0        | c "g"
    `,
  );

  script(
    'overlapping what was told',
    `
      c 0 "abc" ack 0    | c "abc"
      c 1 "bcde" ack 0   | c "de"
      c 0 "abcdef" ack 0 | c "f"
    `,
  );

  script(
    'overlapping what is held',
    `
      c 3 "def" ack 0    |
      c 0 "abcd" ack 0   | c "abcd", c "ef"
    `,
  );

  script(
    'covering what is held',
    `
      c 2 "c" ack 0      |
      c 4 "e" ack 0      |
      c 1 "bcdef" ack 0  |
      c 0 "a" ack 0      | c "a", c "bcdef"
    `,
  );

  script(
    'together with what is new, as one segment',
    `
      c 0 "ab" ack 0        | c "ab"
      c 4 "ef" ack 0        |
      c 0 "abcdefgh" ack 0  | c "cdefgh"
    `,
  );

  script(
    'keep-alive probes, with and without their byte',
    `
      c 0 "abc" ack 0   | c "abc"
      c 2 ack 0         |
      s 0 ack 3         |
      c 2 "?" ack 0     |
      s 0 ack 3         |
      c 3 "def" ack 0   | c "def"
    `,
  );
});

describe('holes', () => {
  script(
    'acknowledged bytes are given up once 128 segments have passed',
    `
      c 0 "ab" ack 0    | c "ab"
      c 4 "ef" ack 0    |
      128x s 0 ack 6    |
      s 0 ack 6         | c gap 2, c "ef"
      c 6 "gh" ack 0    | c "gh"
    `,
  );

  script(
    'bytes that come when they were given up are not told again',
    `
      c 2 "cd" ack 0    |
      129x s 0 ack 4    | c gap 2, c "cd"
      c 0 "ab" ack 0    |
    `,
  );

  script(
    'bytes that nobody acknowledged are waited for',
    `
      c 0 "ab" ack 0    | c "ab"
      c 4 "ef" ack 0    |
      300x s 0 ack 2    |
      c 2 "cd" ack 0    | c "cd", c "ef"
    `,
  );

  script(
    'one given up leaves the next',
    `
      c 1 "b" ack 0     |
      100x s 0 ack 0    |
      c 3 "d" ack 0     |
      27x s 0 ack 4     |
      s 0 ack 4         | c gap 1, c "b"
      100x s 0 ack 4    |
      s 0 ack 4         | c gap 1, c "d"
    `,
  );

  script(
    'the other side’s acknowledged hole does not give up one that is not',
    `
      c 2 "cd" ack 0    |
      s 3 "wxy" ack 0   |
      128x c 4 ack 6    |
      c 4 ack 6         | s gap 3, s "wxy"
      c 0 "ab" ack 6    | c "ab", c "cd"
    `,
  );

  test('acknowledged bytes are given up when half a minute has passed, whatever passed in it', () => {
    const talk = new Talk();
    play(talk, [...HANDSHAKE, 'c 0 "ab" ack 0', 'c 4 "ef" ack 0', 's 0 ack 6']);
    expect(talk.pass(30)).toBe('');
    expect(talk.pass(1)).toBe('c gap 2, c "ef"');
  });

  test('bytes that nobody acknowledged are waited for, however long', () => {
    const talk = new Talk();
    talk.lapse = 100;
    play(talk, [...HANDSHAKE, 'c 0 "ab" ack 0', 'c 4 "ef" ack 0', 's 0 ack 2', 'c 6 "gh" ack 0']);
    expect(talk.pass(1000)).toBe('');
    expect(play(talk, ['c 2 "cd" ack 0'])).toEqual(['c "cd", c "ef", c "gh"']);
  });

  test('only what was acknowledged is given up: the rest may still come', () => {
    const talk = new Talk();
    play(talk, [...HANDSHAKE, 'c 4 "ef" ack 0', '200x s 0 ack 2', 'c 2 "cd" ack 0', 'end']);
    expect(talk.streams[0]).toBe('cdef');
    expect(talk.gaps[0]).toBe(2);
  });

  script(
    'are told when the capture ends',
    `
      c 0 "ab" ack 0    | c "ab"
      c 4 "ef" ack 0    |
      c 9 "j" ack 0     |
      s 2 "z" ack 2     |
      end               | c gap 2, c "ef", c gap 3, c "j", s gap 2, s "z"
    `,
  );

  script(
    'before a FIN are told when the capture ends',
    `
      c 0 "ab" ack 0   | c "ab"
      c 5 FIN ack 0    |
      end              | c gap 3, c fin
    `,
  );

  script(
    'that end with the last byte acknowledged are told when the capture ends',
    `
      c 0 "ab" ack 0   | c "ab"
      s 0 ack 10       |
      end              | c gap 8
    `,
  );

  script(
    'of two bytes at the end are told, though one may be a FIN',
    `
      c 0 "ab" ack 0   | c "ab"
      s 0 ack 4        |
      end              | c gap 2
    `,
  );

  script(
    'a lone acknowledged number is that of a FIN, not of a byte',
    `
      c 0 "ab" ack 0    | c "ab"
      s 0 ack 3         |
      end               |
    `,
  );

  script(
    'a lone acknowledged number that data waits for is that of a FIN, too',
    `
      c 0 "ab" ack 0    | c "ab"
      s 0 "bye" ack 3   |
      128x s 3 ack 3    |
      s 3 ack 3         | s "bye"
    `,
  );

  script(
    'a byte missing before a FIN is a byte',
    `
      c 0 "ab" ack 0   | c "ab"
      c 3 FIN ack 0    |
      end              | c gap 1, c fin
    `,
  );

  test('unacknowledged bytes are given up when 8 MiB are held behind them', () => {
    const talk = new Talk();
    play(talk, HANDSHAKE);
    const size = 8192;
    const payload = zeros(size);
    let pushed = 0;
    let told = 0;
    talk.data = (_, __, start, end) => {
      told += end - start;
    };
    while (talk.gaps[0] === 0 && pushed < 2000) {
      talk.push({ from: 0, offset: 10 + pushed * size, payload, ack: 0 });
      pushed++;
    }
    expect(talk.gaps[0]).toBe(10);
    // Each segment counts 512 bytes beside its payload.
    expect(pushed).toBe(Math.floor((8 * 1024 * 1024) / (size + 512)) + 1);
    expect(told).toBe(pushed * size);
    expect(talk.connection.halves[0].heldBytes).toBe(0);
    expect(talk.finish()).toBe('');
  });
});

describe('no bytes come before those that they acknowledge', () => {
  script(
    'a reply captured before its request',
    `
      s 0 "reply" ack 5     |
      c 0 "query" ack 0     | c "query", s "reply"
      c 5 "next" ack 5      | c "next"
    `,
  );

  script(
    'a whole exchange backwards',
    `
      s 2 "D" ack 2   |
      c 1 "C" ack 2   |
      s 0 "AB" ack 1  |
      c 0 "Q" ack 0   | c "Q", s "AB", c "C", s "D"
    `,
  );

  script(
    'a part of the request is not enough',
    `
      c 0 "que" ack 0       | c "que"
      s 0 "reply" ack 5     |
      s 5 "more" ack 5      |
      c 3 "ry" ack 0        | c "ry", s "reply", s "more"
    `,
  );

  script(
    'a request that the capture lost is given up as a hole',
    `
      s 0 "reply" ack 5     |
      128x c 5 ack 0        |
      c 5 ack 0             | c gap 5, s "reply"
      c 5 "next" ack 5      | c "next"
    `,
  );

  script(
    'a request whose end the capture lost is given up when it ends',
    `
      c 0 "que" ack 0       | c "que"
      s 0 "reply" ack 5     |
      end                   | c gap 2, s "reply"
    `,
  );

  script(
    'a lone byte of a request is a byte where more of it is there',
    `
      s 0 "r" ack 1   |
      c 1 "q" ack 1   |
      end             | c gap 1, s "r", c "q"
    `,
  );

  script(
    'contradicting acknowledgments do not hang: the earlier frame goes first',
    `
      c 0 "ab" ack 2   |
      s 0 "xy" ack 2   |
      128x s 2 ack 2   | c "ab", s "xy"
      c 2 "cd" ack 2   | c "cd"
    `,
  );

  script(
    'contradicting acknowledgments at the end of the capture',
    `
      s 0 "xy" ack 2   |
      c 0 "ab" ack 2   |
      s 2 "z" ack 2    |
      end              | s "xy", c "ab", s "z"
    `,
  );

  script(
    'an acknowledgment beyond any window is not believed',
    `
      c 0 "ab" ack 2000000000   | c "ab"
      end                       |
    `,
  );

  script(
    'an old acknowledgment holds nothing up',
    `
      s 0 "xyz" ack 0   | s "xyz"
      c 0 "ab" ack -5   | c "ab"
    `,
  );
});

describe('a capture that starts in mid-stream', () => {
  midstream(
    'has its first bytes where it starts',
    `
      c 100 "abc" ack 50   | c "abc"
      s 50 "xyz" ack 103   | s "xyz"
      c 103 "def" ack 53   | c "def"
    `,
  );

  midstream(
    'knows from the first acknowledgment where the other side is',
    `
      s 50 ack 100         |
      c 103 "def" ack 50   |
      c 100 "abc" ack 50   | c "abc", c "def"
    `,
  );

  midstream(
    'lacks what was under way',
    `
      c 0 "abc" ack 0   | c "abc"
      s 5 "xyz" ack 3   |
      end               | s gap 5, s "xyz"
    `,
  );

  midstream(
    'does not tell what lies before its start',
    `
      c 3 "def" ack 0   | c "def"
      c 0 "abc" ack 0   |
      c 6 "ghi" ack 0   | c "ghi"
    `,
  );

  midstream(
    'may start with a keep-alive probe, which is no byte that is missing',
    `
      c -1 ack 0        |
      s 0 ack 0         |
      c 0 "abc" ack 0   | c "abc"
      s 0 "xyz" ack 3   | s "xyz"
    `,
  );

  midstream(
    'knows from a bare acknowledgment where its sender is',
    `
      c 0 ack 0         |
      c 7 "abc" ack 0   |
      c 0 "1234567" ack 0 | c "1234567", c "abc"
    `,
  );

  midstream(
    'lacks what a bare acknowledgment shows to have been still to come',
    `
      c 0 ack 0         |
      c 7 "abc" ack 0   |
      s 0 "xyz" ack 10  |
      end               | c gap 7, c "abc", s "xyz"
    `,
  );

  midstream(
    'the same, though only the other side’s acknowledgment is there',
    `
      c 0 ack 0         |
      s 0 "xyz" ack 10  |
      end               | c gap 10, s "xyz"
    `,
  );

  midstream(
    'may start with a bare acknowledgment that was captured late',
    `
      c 20 ack 0        |
      c 0 "abc" ack 0   | c "abc"
    `,
  );

  midstream(
    'may start with a FIN',
    `
      c 7 FIN ack 9   | c fin
      s 9 FIN ack 8   | s fin
    `,
  );
});

describe('a capture of one direction', () => {
  midstream(
    'is told at once, whatever it acknowledges',
    `
      c 0 "a" ack 100     | c "a"
      c 1 "b" ack 5000    | c "b"
      c 2 "c" ack 90000   | c "c"
      end                 | s gap 89900
    `,
  );

  midstream(
    'is put in order by its own sequence numbers alone',
    `
      c 0 "a" ack 100   | c "a"
      c 2 "c" ack 300   |
      c 1 "b" ack 200   | c "b", c "c"
      end               | s gap 200
    `,
  );

  midstream(
    'from its start',
    `
      s SYN ack 0       |
      s 0 "hello" ack 0 | s "hello"
      s 5 "ok" ack 40   | s "ok"
      end               | c gap 40
    `,
  );

  midstream(
    'has its holes acknowledged by nobody',
    `
      c 0 "ab" ack 0    | c "ab"
      c 4 "ef" ack 0    |
      200x c 6 ack 0    |
      end               | c gap 2, c "ef"
    `,
  );
});

describe('cut by the snap length', () => {
  script(
    'a segment leaves a hole of just the bytes that are missing',
    `
      c 0 "abcdef" ack 0 cut 2   | c "abcd", c gap 2
      c 6 "gh" ack 0             | c "gh"
    `,
  );

  script(
    'a segment may lack all of its bytes',
    `
      c 0 "ab" ack 0 cut 2   | c gap 2
      c 2 "cd" ack 0         | c "cd"
    `,
  );

  script(
    'a segment out of order',
    `
      c 2 "cdef" ack 0 cut 2   |
      c 0 "ab" ack 0           | c "ab", c "cd", c gap 2
    `,
  );

  script(
    'a FIN comes behind the hole',
    `
      c 0 "abcd" FIN ack 0 cut 2   | c "ab", c gap 2, c fin
    `,
  );

  script(
    'a segment that waits for what it acknowledges',
    `
      s 0 "wxyz" ack 2 cut 3   |
      c 0 "ab" ack 0           | c "ab", s "w", s gap 3
    `,
  );

  script(
    'a segment that repeats known bytes',
    `
      c 0 "ab" ack 0           | c "ab"
      c 0 "abcdef" ack 0 cut 5 | c gap 4
    `,
  );
});

describe('what is kept beside the bytes', () => {
  test('every run of bytes names its own frame and what it acknowledges', () => {
    const talk = new Talk();
    const arrivals: [frame: number, offset: number, acknowledged: number][] = [];
    talk.onData = (_, __, { frame, offset, acknowledged }) =>
      arrivals.push([frame.number, offset, acknowledged]);
    const script = ['c 0 "ab" ack 0', 'c 4 "ef" ack 1', 's 0 "x" ack 2', 'c 2 "cd" ack 1'];
    play(talk, [...HANDSHAKE, ...script]);
    expect(arrivals).toEqual([
      [4, 0, 0],
      [6, 0, 2],
      [7, 2, 1],
      [5, 4, 1],
    ]);
  });

  test('a FIN and a reset name their frames', () => {
    const talk = new Talk();
    const frames: number[] = [];
    talk.fin = (_, frame = frameOf(newRecord())) => frames.push(frame.number);
    talk.reset = (_, frame = frameOf(newRecord())) => frames.push(frame.number);
    play(talk, [...HANDSHAKE, 'c 2 FIN ack 0', 'c 0 "ab" ack 0', 's 0 RST']);
    expect(frames).toEqual([4, 6]);
    expect(talk.connection.last.number).toBe(6);
  });

  const COUNTS: [what: string, segments: string[], client: Partial<HalfStream>][] = [
    ['nothing', [], { frames: 2, bytesSeen: 0, retransmitted: 0, outOfOrder: 0, truncated: 0 }],
    ['bytes', ['c 0 "abc" ack 0'], { frames: 3, bytesSeen: 3, gaps: 0, gapBytes: 0 }],
    [
      'retransmissions',
      ['c 0 "abc" ack 0', 'c 0 "abc" ack 0', 'c 1 "b" ack 0'],
      { retransmitted: 2, outOfOrder: 0, bytesSeen: 3 },
    ],
    [
      'retransmissions of what is held',
      ['c 3 "def" ack 0', 'c 3 "def" ack 0', 'c 0 "abc" ack 0'],
      { retransmitted: 1, outOfOrder: 1, bytesSeen: 6 },
    ],
    [
      'what is held, once',
      ['c 3 "def" ack 0', 'c 3 "def" ack 0', 'c 4 "e" ack 0', 'c 4 "efg" ack 0'],
      { retransmitted: 2, heldBytes: 6 + 2 * 512, bytesSeen: 0 },
    ],
    [
      'segments out of order',
      ['c 6 "g" ack 0', 'c 3 "def" ack 0', 'c 0 "abc" ack 0'],
      { outOfOrder: 2, retransmitted: 0, bytesSeen: 7 },
    ],
    [
      'what the receiver said it lacked as sent again (SACK)',
      ['c 0 "a" ack 0', 'c 4 "e" ack 0', 's 0 ack 1 sack 4-5', 'c 1 "bcd" ack 0'],
      { outOfOrder: 0, retransmitted: 1, bytesSeen: 5 },
    ],
    [
      'what the receiver said it lacked as sent again (two holes, one acknowledgment)',
      [
        ...['c 0 "a" ack 0', 'c 4 "e" ack 0', 'c 6 "g" ack 0', 's 0 ack 1 sack 6-7'],
        ...['c 1 "bcd" ack 0', 'c 5 "f" ack 0'],
      ],
      { outOfOrder: 0, retransmitted: 2, bytesSeen: 7 },
    ],
    [
      'what the receiver said it lacked as sent again (a repeated acknowledgment)',
      ['c 0 "a" ack 0', 's 0 ack 1', 'c 4 "e" ack 0', 's 0 ack 1', 'c 1 "bcd" ack 0'],
      { outOfOrder: 0, retransmitted: 1, bytesSeen: 5 },
    ],
    [
      'what the receiver acknowledged for the first time meanwhile as out of order',
      ['c 0 "a" ack 0', 'c 4 "e" ack 0', 's 0 ack 1', 'c 1 "bcd" ack 0'],
      { outOfOrder: 1, retransmitted: 0, bytesSeen: 5 },
    ],
    [
      'what the receiver has said to have come twice (D-SACK) as out of order',
      ['c 0 "a" ack 0', 's 0 ack 1', 'c 4 "e" ack 0', 's 0 ack 1 sack 0-1', 'c 1 "bcd" ack 0'],
      { outOfOrder: 1, retransmitted: 0, bytesSeen: 5 },
    ],
    [
      'answers that acknowledge the same as out of order',
      ['c 0 "a" ack 0', 's 0 ack 1', 'c 4 "e" ack 0', 's 0 "x" ack 1', 'c 1 "bcd" ack 1'],
      { outOfOrder: 1, retransmitted: 0, bytesSeen: 5 },
    ],
    ['keep-alive probes as nothing', ['c 0 "abc" ack 0', 'c 2 "?" ack 0'], { retransmitted: 0 }],
    [
      'segments behind a lost one are not out of order',
      ['c 0 "a" ack 0', 'c 4 "e" ack 0', 'c 5 "f" ack 0', 'end'],
      { outOfOrder: 0, gapBytes: 3, bytesSeen: 3 },
    ],
    [
      'segments that wait for the peer are not out of order',
      ['c 0 "abc" ack 1', 'c 3 "d" ack 1', 's 0 "x" ack 0'],
      { outOfOrder: 0, bytesSeen: 4 },
    ],
    [
      'gaps',
      ['c 2 "c" ack 0', 'c 5 "f" ack 0', 'end'],
      { gaps: 2, gapBytes: 4, bytesSeen: 2, heldBytes: 0 },
    ],
    [
      'truncated segments',
      ['c 0 "abcd" ack 0 cut 3', 'c 4 "ef" ack 0 cut 1', 'c 6 "g" ack 0'],
      { truncated: 2, gaps: 2, gapBytes: 4, bytesSeen: 3 },
    ],
  ];

  test.each(COUNTS)('counts: %s', (_, segments, client) => {
    const talk = new Talk();
    play(talk, [...HANDSHAKE, ...segments]);
    const half = talk.connection.halves[0];
    const counted = Object.keys(client).map((key) => [key, half[key as keyof HalfStream]]);
    expect(Object.fromEntries(counted)).toEqual(client);
  });

  const GAPS: [what: string, segments: string[], gaps: string[]][] = [
    ['none', ['c 0 "ab" ack 0'], []],
    [
      'what the capture lost, and what nobody had',
      ['c 0 "ab" ack 0', 'c 4 "ef" ack 0', 's 0 ack 6', 'c 9 "j" ack 0'],
      ['2+2 between 4 and 5, acknowledged', '6+3 between 5 and 7'],
    ],
    [
      'acknowledged only when it had been given up',
      ['c 2 "c" ack 0', 's 0 ack 0', 'c 0 ack 0 cut 0', 's 0 ack 3'],
      ['0+2 between - and 4, acknowledged'],
    ],
    [
      'at the end',
      ['c 0 "ab" ack 0', 's 0 ack 9', 's 0 FIN ack 9'],
      ['2+7 between 4 and -, acknowledged'],
    ],
    ['before a FIN', ['c 0 "ab" ack 0', 'c 5 FIN ack 0'], ['2+3 between 4 and -']],
    [
      'cut by the snap length',
      ['c 0 "abcd" ack 0 cut 1', 'c 4 "efgh" ack 0 cut 2', 'c 8 "ij" ack 0'],
      ['3+1 between 4 and 5', '6+2 between 5 and 6'],
    ],
    [
      'cut by the snap length whole',
      ['c 0 "abcd" ack 0 cut 1', 'c 4 "ef" ack 0 cut 2', 'c 6 "ij" ack 0'],
      ['3+3 between 4 and 6'],
    ],
    [
      'one place, given up in two steps',
      ['c 4 "ef" ack 0', '129x s 0 ack 2'],
      ['0+4 between - and 4'],
    ],
  ];

  test.each(GAPS)('gaps: %s', (_, segments, expected) => {
    const talk = new Talk();
    play(talk, [...HANDSHAKE, ...segments, 'end']);
    const half = talk.connection.halves[0];
    const frameText = (frame: Frame | null) => frame?.number ?? '-';
    const told = half.keptGaps.map(
      ({ offset, length, before, after, acknowledged }) =>
        `${offset}+${length} between ${frameText(before)} and ${frameText(after)}${acknowledged ? ', acknowledged' : ''}`,
    );
    expect(told).toEqual(expected);
    expect(half.gaps).toBe(expected.length);
  });

  test('of many gaps the first are kept, all are counted', () => {
    const talk = new Talk();
    const holes = Array.from({ length: 40 }, (_, i) => `c ${2 * i + 1} "x" ack 0`);
    play(talk, [...HANDSHAKE, ...holes, 'end']);
    const half = talk.connection.halves[0];
    expect([half.gaps, half.gapBytes]).toEqual([40, 40]);
    expect(half.keptGaps.map(({ offset }) => offset)).toEqual(
      Array.from({ length: 16 }, (_, i) => 2 * i),
    );
  });

  test('sequence numbers stay signed 32-bit integers', () => {
    const talk = new Talk([0xffff_ffff, 0x7fff_ffff]);
    play(talk, [...HANDSHAKE, 'c 0 "abc" ack 0', 's 0 "xy" ack 3']);
    const [client, server] = talk.connection.halves;
    expect([client.baseSequence, client.nextSequence]).toEqual([-1, 3]);
    expect([server.baseSequence, server.nextSequence]).toEqual([0x7fff_ffff, -0x7fff_fffe]);
  });

  test.each([
    ['the SYN', ['c SYN', 's SYN ack 0'], 0],
    ['the answer to it alone', ['s SYN ack 0', 'c 0 ack 0'], 0],
    ['a SYN of the server, as in an active FTP transfer', ['s SYN'], 1],
    ['the first of two', ['s SYN', 'c SYN'], 1],
    ['neither', ['c 0 "a" ack 0'], null],
  ])('who opened the connection is told by %s', (_, segments, initiator) => {
    const talk = new Talk();
    play(talk, segments);
    expect(talk.connection.initiator).toBe(initiator);
  });

  test('an ignored connection is counted, not read', () => {
    const talk = new Talk();
    talk.connection.ignored = true;
    const segments = [...HANDSHAKE, 'c 2 "cd" ack 0', 's 0 "xy" ack 4', 'c 4 FIN ack 2', 's 2 RST'];
    expect(play(talk, [...segments, 'end']).join('')).toBe('');
    expect(talk.connection.segments).toBe(7);
    expect(talk.connection.halves.map(({ frames }) => frames)).toEqual([4, 3]);
    // Whether a later SYN starts a new connection is told by the first one's number.
    expect(talk.connection.halves.map(({ known }) => known)).toEqual([true, true]);
    expect(talk.connection.halves.map(({ baseSequence }) => baseSequence)).toEqual([1000, 50_000]);
  });

  test('a connection need not have a reader', () => {
    const talk = new Talk();
    talk.connection.reader = null;
    const segments = ['c 2 "cd" ack 0', 's 0 "xy" ack 9', 'c 4 FIN ack 2', 's 2 RST'];
    play(talk, [...HANDSHAKE, ...segments]);
    new Reassembler().end(talk.connection);
    expect(talk.connection.halves.map(({ bytesSeen }) => bytesSeen)).toEqual([2, 2]);
  });
});

/** The byte of a stream at an offset is always the same, so a byte in the wrong place shows. */
function streamBytes(from: Direction, offset: number, length: number): Uint8Array {
  return Uint8Array.from(
    { length },
    (_, i) => (from === 0 ? 0x41 : 0x61) + ((offset + i + 7919) % 23),
  );
}

const streamText = (from: Direction, length: number) => toAscii(streamBytes(from, 0, length));

const initialNumbers = fc.tuple(
  fc.oneof(fc.nat(0xffff_ffff), fc.integer({ min: 0xffff_ff00, max: 0xffff_ffff })),
  fc.oneof(fc.nat(0xffff_ffff), fc.integer({ min: 0x7fff_ff00, max: 0x7fff_ffff })),
);

/** Turns of a conversation, in the order in which they were sent. */
const turns = fc.array(
  fc.record({
    from: fc.constantFrom<Direction>(0, 1),
    length: fc.nat(12),
    /** How far its acknowledgment stays behind what the peer has sent. */
    lag: fc.nat(6),
    /** How many segments it comes too late, and its copies, if there are any. */
    late: fc.nat(20),
    copies: fc.array(fc.nat(20), { maxLength: 2 }),
  }),
  { maxLength: 200 },
);

function sent(list: (typeof turns extends fc.Arbitrary<infer T> ? T : never)[number][]) {
  const sentBytes: [number, number] = [0, 0];
  const acknowledged: [number, number] = [0, 0];
  return list.map(({ from, length, lag }): Piece => {
    const peer = from === 0 ? 1 : 0;
    const offset = sentBytes[from];
    sentBytes[from] += length;
    acknowledged[from] = Math.max(acknowledged[from], sentBytes[peer] - lag);
    return { from, offset, payload: streamBytes(from, offset, length), ack: acknowledged[from] };
  });
}

/** Sequence numbers of the FINs count as a byte each in what is acknowledged. */
function closing(pieces: readonly Piece[]): Piece[] {
  const length = (of: Direction) =>
    pieces.reduce((sum, { from, payload }) => sum + (from === of ? payload!.length : 0), 0);
  return [
    { from: 0, offset: length(0), flags: TCP_FLAG.FIN, ack: length(1) },
    { from: 1, offset: length(1), payload: ascii('bye'), ack: length(0) + 1 },
    { from: 1, offset: length(1) + 3, flags: TCP_FLAG.FIN, ack: length(0) + 1 },
    { from: 0, offset: length(0) + 1, ack: length(1) + 4 },
  ];
}

function shuffled(pieces: readonly Piece[], delays: readonly (readonly number[])[]): Piece[] {
  return pieces
    .flatMap((piece, i) => (delays[i] ?? [0]).map((delay) => ({ piece, at: i + delay })))
    .sort((a, b) => a.at - b.at)
    .map(({ piece }) => piece);
}

/** Plays the pieces to a talk that must find all bytes, each after what it acknowledges. */
function expectOrdered(initial: [number, number], pieces: readonly Piece[], lengths: number[]) {
  const talk = new Talk(initial);
  play(talk, HANDSHAKE);
  talk.onData = (direction, _, { acknowledged }) => {
    const peer = direction === 0 ? 1 : 0;
    expect(acknowledged).toBeLessThanOrEqual(talk.position[peer]);
  };
  for (const piece of pieces) talk.push(piece);
  expect(talk.position).toEqual(lengths);
  expect(talk.connection.halves.map(({ held }) => held.length)).toEqual([0, 0]);
  return talk;
}

const totals = (pieces: readonly Piece[]) => {
  const lengths: [number, number] = [0, 0];
  for (const { from, payload } of pieces) lengths[from] += payload?.length ?? 0;
  return lengths;
};

describe('whatever the conversation', () => {
  test('segments that come late or twice give the bytes of those in order', () => {
    fc.assert(
      fc.property(initialNumbers, turns, (initial, list) => {
        const clean = sent(list);
        const lengths = totals(clean);
        const delays = list.map(({ late, copies }) => [late, ...copies]);
        const talk = expectOrdered(initial, shuffled(clean, delays), lengths);
        expect(talk.finish()).toBe('');
        expect(talk.streams).toEqual([streamText(0, lengths[0]), streamText(1, lengths[1])]);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('and FINs that come late or twice end them', () => {
    fc.assert(
      fc.property(initialNumbers, turns, fc.array(fc.nat(8)), (initial, list, lateness) => {
        const turnsOnly = sent(list);
        const clean = [...turnsOnly, ...closing(turnsOnly)];
        const late = list.map(({ late, copies }) => [late, ...copies]);
        const delays = [...late, ...Array.from({ length: 4 }, (_, i) => [lateness[i] ?? 0])];
        const talk = expectOrdered(initial, shuffled(clean, delays), totals(clean));
        expect(talk.finish()).toBe('');
        expect(talk.gaps).toEqual([0, 0]);
        expect(talk.connection.halves.map(({ finished }) => finished)).toEqual([true, true]);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('bytes sent again in other portions change nothing', () => {
    const again = fc.record({ at: fc.nat(), back: fc.nat(30), length: fc.nat(40) });
    fc.assert(
      fc.property(initialNumbers, turns, fc.array(again), (initial, list, repeats) => {
        const pieces = sent(list);
        const lengths = totals(pieces);
        for (const { at, back, length } of repeats) {
          const index = at % (pieces.length + 1);
          const piece = pieces[index];
          if (piece === undefined) continue;
          const { from, offset = 0, payload, ack } = piece;
          const start = Math.max(0, offset + payload!.length - back);
          const end = Math.min(offset + payload!.length, start + length);
          const repeated = streamBytes(from, start, end - start);
          pieces.splice(index + 1, 0, { from, offset: start, payload: repeated, ack });
        }
        const talk = expectOrdered(initial, pieces, lengths);
        expect(talk.streams).toEqual([streamText(0, lengths[0]), streamText(1, lengths[1])]);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('any segments at all: every byte is told once, in its place, or is in a gap', () => {
    const anything = fc.array(
      fc.record({
        from: fc.constantFrom<Direction>(0, 1),
        offset: fc.integer({ min: -5, max: 80 }),
        length: fc.nat(12),
        ack: fc.option(fc.integer({ min: -5, max: 90 }), { nil: undefined }),
        flags: fc.constantFrom(0, 0, 0, 0, TCP_FLAG.SYN, TCP_FLAG.FIN, TCP_FLAG.RST),
        cut: fc.nat(14),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(initialNumbers, anything, (initial, pieces) => {
        const talk = new Talk(initial);
        play(talk, HANDSHAKE);
        const misplaced: string[] = [];
        talk.onData = (direction, _, { offset, frame }) => {
          if (offset !== talk.position[direction]) misplaced.push(`frame ${frame.number}`);
        };
        for (const { length, cut, flags, offset, ...piece } of pieces) {
          const first = flags & TCP_FLAG.SYN ? offset + 1 : offset;
          const payload = streamBytes(piece.from, first, length);
          talk.push({ ...piece, offset, flags, payload, cut: Math.min(cut, length) });
        }
        talk.finish();
        expect(misplaced).toEqual([]);
        for (const from of [0, 1] as const) {
          const half = talk.connection.halves[from];
          expect([half.held.length, half.heldBytes]).toEqual([0, 0]);
          expect(half.bytesSeen).toBe(talk.streams[from].length);
          expect(half.gapBytes).toBe(talk.gaps[from]);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
