import { expect, test } from 'vitest';
import { FrameOrder } from '../../src/analysis/frame-order.ts';

/** As much of a packet as its order depends on, and a name to tell it by. */
function packet(number: number, connection = 0) {
  return { connection, frame: { number, seconds: 0, fraction: 0, digits: 6 } };
}

function ordered() {
  const out: [frame: number, connection: number][] = [];
  const order = new FrameOrder<ReturnType<typeof packet>>(({ frame, connection }) =>
    out.push([frame.number, connection]),
  );
  return { order, out };
}

test('packets come by the frame of their first byte', () => {
  const { order, out } = ordered();
  for (const number of [4, 2, 9, 3]) order.push(packet(number));
  order.release(Number.POSITIVE_INFINITY);
  expect(out.map(([frame]) => frame)).toEqual([2, 3, 4, 9]);
});

test('packets of one frame stay in the order of their bytes', () => {
  const { order, out } = ordered();
  for (const connection of [3, 1, 2]) order.push(packet(7, connection));
  order.release(Number.POSITIVE_INFINITY);
  expect(out.map(([, connection]) => connection)).toEqual([3, 1, 2]);
});

test('packets wait for one that started before them and is still arriving', () => {
  const { order, out } = ordered();
  for (const number of [2, 3, 6]) order.push(packet(number));
  order.release(3);
  expect(out.map(([frame]) => frame)).toEqual([2]);
  order.push(packet(1));
  order.push(packet(4));
  order.release(5);
  expect(out.map(([frame]) => frame)).toEqual([2, 1, 3, 4]);
  order.release(Number.POSITIVE_INFINITY);
  order.release(Number.POSITIVE_INFINITY);
  expect(out.map(([frame]) => frame)).toEqual([2, 1, 3, 4, 6]);
});

test('of 200,000 packets that wait it is told that they are too many', () => {
  const { order, out } = ordered();
  for (let number = 1; number <= 200_000; number++) order.push(packet(number));
  order.release(1);
  expect([order.isFull, out.length]).toEqual([false, 0]);
  order.push(packet(200_001));
  expect(order.isFull).toBe(true);
  order.release(11);
  expect([order.isFull, out.length]).toEqual([false, 10]);
});

test('or of fewer that weigh too much', () => {
  const order = new FrameOrder<ReturnType<typeof packet>>(
    () => {},
    () => 100 * 1024 * 1024,
  );
  order.push(packet(1));
  expect(order.isFull).toBe(false);
  order.push(packet(2));
  expect(order.isFull).toBe(true);
  order.release(2);
  expect(order.isFull).toBe(false);
});
