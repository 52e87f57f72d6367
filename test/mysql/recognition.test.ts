import { expect, test } from 'vitest';
import { Recognition } from '../../src/mysql/recognition.ts';
import { Connection } from '../../src/tcp/connection.ts';

const FRAME = { number: 1, seconds: 0, fraction: 0, digits: 6 };

/** A connection whose SYN and SYN/ACK were seen. */
function opened(): Connection {
  const address = Uint8Array.of(127, 0, 0, 1);
  const connection = new Connection(
    0,
    [
      { address, port: 40_000 },
      { address, port: 33_306 },
    ],
    FRAME,
  );
  connection.initiator = 0;
  connection.halves[1].synSeen = true;
  return connection;
}

test('60,000 segments of one byte before the greeting are looked at once each', () => {
  const recognition = new Recognition(opened(), new Set());
  // Looking at all of them each time would take minutes, not milliseconds.
  for (let offset = 0; offset < 60_000; offset++) {
    const run = { frame: FRAME, offset, acknowledged: 0, direction: 0, bytes: Uint8Array.of(0x50) };
    expect(recognition.offer({ ...run, direction: 0 })).toBeNull();
  }
});
