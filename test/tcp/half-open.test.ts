import { describe, expect, test } from 'vitest';
import { frameOf } from '../../src/capture/frame.ts';
import { newRecord } from '../../src/capture/record.ts';
import { Connection } from '../../src/tcp/connection.ts';
import { endpointsOf } from '../../src/tcp/flow-table.ts';
import { HalfOpenFlows, NO_FLOW } from '../../src/tcp/half-open.ts';
import { Reassembler } from '../../src/tcp/reassembler.ts';
import { decodeSegment, newSegment } from '../../src/tcp/segment.ts';
import { concat, hex, zeros } from '../build/bytes.ts';
import { address4, TCP_FLAG, type Tcp, tcp } from '../build/frame.ts';

type Ends = [source: Uint8Array, sourcePort: number, destination: Uint8Array, port: number];

const ENDS: Ends = [address4('10.0.0.1'), 50_000, address4('10.0.0.2'), 3306];
const ENDS6: Ends = [
  hex('20010db8000000000000000000000001'),
  50_000,
  hex('20010db8000000000000000000000002'),
  3306,
];

const reversed = ([source, sourcePort, destination, port]: Ends): Ends => [
  destination,
  port,
  source,
  sourcePort,
];

function segmentOf(fields: Tcp) {
  const bytes = tcp(fields, zeros(0));
  const segment = newSegment();
  expect(decodeSegment(bytes, 0, bytes.length, 0, segment)).toBe(true);
  return segment;
}

const frame = (number: number) => ({ ...frameOf(newRecord()), number, seconds: 1.7e9 + number });

/** The table's calls, as for a segment whose addresses stand behind seven other bytes. */
function calls(flows: HalfOpenFlows) {
  const route = ([source, sourcePort, destination, port]: Ends) =>
    [concat(zeros(7), source, destination), 7, source.length, sourcePort, port] as const;
  return {
    find: (ends: Ends) => flows.find(...route(ends)),
    add: (ends: Ends, number: number) => {
      const flow = flows.add(...route(ends), number);
      flows.note(
        flow,
        0,
        segmentOf({ flags: TCP_FLAG.SYN, sequence: number }),
        frame(number),
        false,
      );
      return flow;
    },
  };
}

const HANDSHAKE: [direction: 0 | 1, fields: Tcp, isCopy: boolean][] = [
  [0, { flags: TCP_FLAG.SYN, sequence: 0xffff_fffe }, false],
  [0, { flags: TCP_FLAG.SYN, sequence: 0xffff_fffe }, true],
  [1, { flags: TCP_FLAG.SYN | TCP_FLAG.ACK, sequence: 70, acknowledgment: 0xffff_ffff }, false],
  [0, { flags: TCP_FLAG.ACK, sequence: 0xffff_ffff, acknowledgment: 71 }, false],
  [1, { flags: TCP_FLAG.FIN | TCP_FLAG.ACK, sequence: 71, acknowledgment: 0xffff_ffff }, false],
  [0, { flags: TCP_FLAG.RST, sequence: 0xffff_ffff }, false],
];

describe('HalfOpenFlows', () => {
  test.each([
    ['IPv4', ENDS],
    ['IPv6', ENDS6],
  ])('a flow that is taken is the connection it would have been: %s', (_, ends) => {
    const flows = new HalfOpenFlows();
    const reassembler = new Reassembler();
    const [source, sourcePort, destination, port] = ends;
    const bytes = concat(source, destination);
    const endpoints = endpointsOf(bytes, 0, source.length, sourcePort, port);
    const connection = new Connection(9, endpoints, frame(1));
    const flow = flows.add(bytes, 0, source.length, sourcePort, port, 9);
    HANDSHAKE.forEach(([direction, fields, isCopy], i) => {
      flows.note(flow, direction, segmentOf(fields), frame(i + 1), isCopy);
      if (isCopy) reassembler.copy(connection, direction, frame(i + 1));
      else reassembler.push(connection, direction, segmentOf(fields), frame(i + 1));
    });
    expect(flows.take(flow, new Reassembler(), 0)).toEqual(connection);
    expect(connection.halves[1].finished).toBe(true);
    expect(flows.size).toBe(0);
  });

  test('a flow is found from both of its ends, until it is taken', () => {
    const flows = new HalfOpenFlows();
    const { find, add } = calls(flows);
    const [flow, other] = [add(ENDS, 0), add(ENDS6, 1)];
    expect([find(ENDS), flows.direction]).toEqual([flow, 0]);
    expect([find(reversed(ENDS)), flows.direction]).toEqual([flow, 1]);
    expect([find(reversed(ENDS6)), flows.direction]).toEqual([other, 1]);
    flows.take(flow, new Reassembler(), 0);
    expect(find(ENDS)).toBe(NO_FLOW);
    expect(find(ENDS6)).toBe(other);
  });

  test('many come and go', () => {
    const flows = new HalfOpenFlows();
    const { find, add } = calls(flows);
    const ends = (i: number): Ends => [address4('10.0.0.1'), i, address4('10.0.0.2'), 3306];
    const numbers = new Set<number>();
    for (let i = 0; i < 5000; i++) {
      add(ends(i), i);
      numbers.add(i);
      if (i % 3 !== 0) continue;
      const gone = Math.floor(i / 2);
      const flow = find(ends(gone));
      if (flow === NO_FLOW) continue;
      expect(flows.take(flow, new Reassembler(), 0).number).toBe(gone);
      numbers.delete(gone);
    }
    expect(flows.size).toBe(numbers.size);
    expect(flows.all().map((flow) => flows.numberOf(flow))).toEqual([...numbers]);
    for (let i = 0; i < 5000; i++) expect(find(ends(i)) !== NO_FLOW).toBe(numbers.has(i));
  });

  test('a SYN with another number is that of another connection', () => {
    const flows = new HalfOpenFlows();
    const { add } = calls(flows);
    const flow = add(ENDS, 40);
    expect(flows.isReused(flow, 0, 40)).toBe(false);
    expect(flows.isReused(flow, 0, 41)).toBe(true);
    // Of the other direction nothing is known.
    expect(flows.isReused(flow, 1, 41)).toBe(false);
    flows.note(flow, 1, segmentOf({ sequence: 7, acknowledgment: 41 }), frame(2), false);
    expect(flows.isReused(flow, 1, 41)).toBe(true);
    expect(flows.isReused(flow, 1, 6)).toBe(false);
  });

  test('has room for eight segments of each', () => {
    const flows = new HalfOpenFlows();
    const flow = calls(flows).add(ENDS, 0);
    for (let i = 1; i < 8; i++) {
      expect(flows.hasRoom(flow)).toBe(true);
      flows.note(flow, 0, segmentOf({}), frame(i), false);
    }
    expect(flows.hasRoom(flow)).toBe(false);
  });
});
