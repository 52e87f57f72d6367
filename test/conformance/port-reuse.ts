import { pcap } from '../build/capture.ts';
import { ethernet, ipv4, TCP_FLAG, tcp } from '../build/frame.ts';

/** A TCP segment between the client's port and the server's. */
interface Segment {
  readonly from: 'client' | 'server';
  /** Letters of the flags: S, A, F, R, P. */
  readonly flags: string;
  readonly seq: number;
  readonly ack?: number;
  readonly payload?: readonly number[];
  readonly port?: number;
  readonly isTagged?: boolean;
}

const CLIENT_PORT = 50_000;
const SERVER_PORT = 3306;
const IPV4 = 0x0800;
const VLAN = 0x8100;
const FLAGS: Readonly<Record<string, number>> = {
  F: TCP_FLAG.FIN,
  S: TCP_FLAG.SYN,
  R: TCP_FLAG.RST,
  P: TCP_FLAG.PSH,
  A: TCP_FLAG.ACK,
};

export function captureOf(segments: readonly Segment[]): Uint8Array {
  return pcap({}, ...segments.map((segment, i) => ({ fraction: i * 1000, bytes: frame(segment) })));
}

function frame(segment: Segment): Uint8Array {
  const { from, flags, seq, ack = 0, payload = [], port = CLIENT_PORT, isTagged = false } = segment;
  const fromClient = from === 'client';
  const [source, destination] = fromClient ? ['10.0.0.1', '10.0.0.2'] : ['10.0.0.2', '10.0.0.1'];
  const fields = {
    sourcePort: fromClient ? port : SERVER_PORT,
    destinationPort: fromClient ? SERVER_PORT : port,
    sequence: seq,
    acknowledgment: ack,
    flags: [...flags].reduce((bits, letter) => bits | FLAGS[letter]!, 0),
  };
  const packet = ipv4({ source, destination }, tcp(fields, Uint8Array.from(payload)));
  return ethernet(IPV4, packet, isTagged ? [VLAN] : []);
}

const client = (flags: string, seq: number, ack = 0, payload: number[] = []): Segment => ({
  from: 'client',
  flags,
  seq,
  ack,
  payload,
});
const server = (flags: string, seq: number, ack = 0, payload: number[] = []): Segment => ({
  ...client(flags, seq, ack, payload),
  from: 'server',
});

/** COM_PING and its OK. */
const PING = [1, 0, 0, 0, 0x0e];
const OK = [7, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0];

/** Three-way handshake, then a question and its answer. */
const opened = (seq: number, ack: number): Segment[] => [
  client('S', seq),
  server('SA', ack, seq + 1),
  client('A', seq + 1, ack + 1),
  client('PA', seq + 1, ack + 1, PING),
  server('PA', ack + 1, seq + 6, OK),
];
const finished = (seq: number, ack: number): Segment[] => [
  client('FA', seq + 6, ack + 12),
  server('FA', ack + 12, seq + 7),
  client('A', seq + 7, ack + 13),
];

/** Two endpoints meet again: what is a new connection, and what the old one? */
export const PORT_REUSE: Readonly<Record<string, readonly Segment[]>> = {
  'a SYN with another number': [...opened(1000, 5000), ...opened(2000, 6000)],
  'a SYN with another number, the old connection still talking': [
    ...opened(1000, 5000),
    client('S', 2000),
    server('PA', 5012, 1006, OK),
    client('A', 1006, 5023),
    server('SA', 6000, 2001),
  ],
  'a SYN sent again before its answer': [client('S', 1000), ...opened(1000, 5000)],
  'a SYN sent again after data': [
    ...opened(1000, 5000),
    client('S', 1000),
    client('A', 1006, 5012),
  ],
  'a SYN with the same number after FIN': [
    ...opened(1000, 5000),
    ...finished(1000, 5000),
    ...opened(1000, 5000),
  ],
  'a SYN with the same number after FIN, another answer': [
    ...opened(1000, 5000),
    ...finished(1000, 5000),
    ...opened(1000, 7000),
  ],
  'a SYN with another number after FIN': [
    ...opened(1000, 5000),
    ...finished(1000, 5000),
    ...opened(2000, 6000),
  ],
  'a SYN with the same number after RST': [
    ...opened(1000, 5000),
    server('R', 5012),
    ...opened(1000, 5000),
  ],
  'a SYN with another number after RST': [
    ...opened(1000, 5000),
    client('RA', 1006, 5012),
    ...opened(2000, 6000),
  ],
  'a refused SYN tried again with the same number': [
    client('S', 1000),
    server('RA', 0, 1001),
    ...opened(1000, 5000),
  ],
  'a refused SYN tried again with another number': [
    client('S', 1000),
    server('RA', 0, 1001),
    ...opened(2000, 5000),
  ],
  'a SYN on a connection that began mid-stream': [
    client('PA', 900, 4000, PING),
    server('PA', 4000, 905, OK),
    ...opened(1000, 5000),
  ],
  'a SYN on a connection of which only the server was seen': [
    server('PA', 4000, 905, OK),
    ...opened(1000, 5000),
  ],
  'a SYN on a connection of which only the server was seen, its number acknowledged': [
    server('PA', 4000, 1001, OK),
    client('S', 1000),
  ],
  'a SYN on a connection of which only a RST was seen': [server('R', 4000), ...opened(1000, 5000)],
  'a SYN on a connection of which only a RST with ACK was seen': [
    server('RA', 4000, 905),
    ...opened(1000, 5000),
  ],
  'a SYN that comes after its first data': [
    client('PA', 1001, 5001, PING),
    client('S', 1000),
    server('SA', 5000, 1001),
  ],
  'a SYN/ACK before its SYN': [
    server('SA', 5000, 1001),
    client('S', 1000),
    client('A', 1001, 5001),
  ],
  'a SYN/ACK with another number': [
    client('S', 1000),
    server('SA', 5000, 1001),
    server('SA', 6000, 1001),
    client('A', 1001, 6001),
    client('PA', 1001, 6001, PING),
  ],
  'a SYN/ACK with another number after data': [
    ...opened(1000, 5000),
    server('SA', 6000, 1001),
    client('A', 1001, 6001),
  ],
  'a SYN/ACK for a SYN that was not captured': [
    ...opened(1000, 5000),
    server('SA', 6000, 2001),
    client('A', 2001, 6001),
    client('PA', 2001, 6001, PING),
  ],
  'the server connects back': [...opened(1000, 5000), server('S', 9000), client('SA', 8000, 9001)],
  'the server connects back with its old number': [
    ...opened(1000, 5000),
    server('S', 5000),
    client('SA', 8000, 5001),
  ],
  'both sides send a SYN': [
    client('S', 1000),
    server('S', 5000),
    client('SA', 1000, 5001),
    server('SA', 5000, 1001),
  ],
  'numbers that wrap round': [...opened(0xffff_fffe, 5000), ...opened(0x7fff_ffff, 6000)],
  'the same ports inside a VLAN and outside': [
    ...opened(1000, 5000),
    ...opened(1000, 5000).map((segment) => ({ ...segment, isTagged: true })),
  ],
  'other ports between two connections': [
    ...opened(1000, 5000),
    ...opened(3000, 7000).map((segment) => ({ ...segment, port: 50_001 })),
    ...opened(2000, 6000),
    client('PA', 3006, 7012, PING),
    { ...client('PA', 3006, 7012, PING), port: 50_001 },
  ],
};
