import { concat } from '../build/bytes.ts';
import { pcap, pcapRecord, piecesOf } from '../build/capture.ts';
import { capture, type Step } from '../build/conversation.ts';
import { ethernet, ipv4, TCP_FLAG, tcp } from '../build/frame.ts';

/** Captures that would fill any memory that is not bounded, made as they are read. */
type Chunks = Generator<Uint8Array>;

const CHUNK_BYTES = 1 << 20;

/** Ethernet, then IPv4. */
const IP = 16 + 14;
const SOURCE = IP + 12;
const DESTINATION = IP + 16;
const TCP = IP + 20;
const SOURCE_PORT = TCP;
const DESTINATION_PORT = TCP + 2;
const SEQUENCE = TCP + 4;

const START_SECONDS = 1_700_000_000;

interface Fields {
  flags: number;
  fromServer?: boolean;
  sequence?: number;
  acknowledgment?: number;
}

/** A record of one segment between 10.0.0.1:40000 and 10.0.0.2:3306. */
function recordOf(fields: Fields, payload = new Uint8Array(0)): Uint8Array {
  const { fromServer = false, flags, sequence = 1000, acknowledgment = 0 } = fields;
  const [sourcePort, destinationPort] = fromServer ? [3306, 40_000] : [40_000, 3306];
  const segment = tcp({ sourcePort, destinationPort, sequence, acknowledgment, flags }, payload);
  const ends = fromServer ? { source: '10.0.0.2', destination: '10.0.0.1' } : {};
  return pcapRecord('little', { bytes: ethernet(0x0800, ipv4(ends, segment)) });
}

/** Repeats records, each time changed in place before it is given. */
function* repeated(
  records: readonly Uint8Array[],
  times: number,
  change: (copy: DataView, at: number, record: number, time: number) => void,
): Chunks {
  yield pcap({});
  const group = concat(...records);
  const perChunk = Math.max(1, Math.floor(CHUNK_BYTES / group.length));
  const chunk = concat(...Array.from({ length: perChunk }, () => group));
  const view = new DataView(chunk.buffer);
  for (let done = 0; done < times; ) {
    const count = Math.min(perChunk, times - done);
    let at = 0;
    for (let i = 0; i < count; i++, done++) {
      records.forEach((record, number) => {
        change(view, at, number, done);
        at += record.length;
      });
    }
    // The reader may still have the last chunk's bytes.
    yield chunk.slice(0, at);
  }
}

/** Each SYN from another address and port, and, if wanted, the server's answer. */
export function synFlood(times: number, answered: boolean): Chunks {
  const syn = recordOf({ flags: TCP_FLAG.SYN });
  const answer = recordOf({
    flags: TCP_FLAG.SYN | TCP_FLAG.ACK,
    fromServer: true,
    sequence: 5000,
    acknowledgment: 1001,
  });
  return repeated(answered ? [syn, answer] : [syn], times, (view, at, record, time) => {
    const address = 0x0b00_0000 + (time >> 4);
    const port = 1024 + (time & 15) * 4001;
    view.setUint32(at + (record === 0 ? SOURCE : DESTINATION), address);
    view.setUint16(at + (record === 0 ? SOURCE_PORT : DESTINATION_PORT), port);
  });
}

/** The same conversations again and again, so many a second, each time from another address. */
export function repeatedly(script: readonly Step[], times: number, perSecond = 100): Chunks {
  const records = piecesOf(capture(script)).slice(1);
  const clients = records.map((record) =>
    record[SOURCE_PORT]! === 3306 >> 8 ? DESTINATION : SOURCE,
  );
  return repeated(records, times, (view, at, record, time) => {
    view.setUint32(at, START_SECONDS + Math.floor(time / perSecond), true);
    view.setUint32(at + clients[record]!, 0x0b00_0000 + time);
  });
}

/** One connection of which every other segment is missing, and nothing is acknowledged. */
export function holes(segments: number, segmentBytes: number): Chunks {
  const data = recordOf(
    { flags: TCP_FLAG.ACK, acknowledgment: 5001 },
    new Uint8Array(segmentBytes).fill(0x61),
  );
  return repeated([data], segments, (view, at, _, time) => {
    view.setUint32(at + SEQUENCE, (1001 + (2 * time + 1) * segmentBytes) >>> 0);
  });
}

/** A connection that announces packets of 16 MiB and sends a few bytes of each, again and again. */
export function announcement(): Chunks {
  const payload = new Uint8Array(64).fill(0x61);
  payload.set([0xfe, 0xff, 0xff, 0, 3]);
  const data = recordOf({ flags: TCP_FLAG.ACK, acknowledgment: 5001 }, payload);
  const stream = 16 * 1024 * 1024;
  return repeated([data], 1000, (view, at, _, time) => {
    view.setUint32(at + SEQUENCE, (1001 + time * stream) >>> 0);
  });
}
