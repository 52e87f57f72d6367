import { describe, expect, test } from 'vitest';
import { ByteQueue } from '../../src/bytes/byte-queue.ts';
import { ascii, counting, toAscii } from '../build/bytes.ts';

const contents = (queue: ByteQueue) => toAscii(queue.bytes.subarray(0, queue.length));

describe('ByteQueue', () => {
  test('keeps what was appended, in order', () => {
    const queue = new ByteQueue(4);
    queue.append(ascii('..abc..'), 2, 5);
    queue.append(ascii('defgh'), 0, 5);
    queue.append(ascii('nothing'), 3, 3);
    expect(contents(queue)).toBe('abcdefgh');
  });

  test('has a copy: the source may be written over', () => {
    const source = ascii('abc');
    const queue = new ByteQueue();
    queue.append(source, 0, 3);
    source.fill(0);
    expect(contents(queue)).toBe('abc');
  });

  test('starts anew once cleared', () => {
    const queue = new ByteQueue();
    queue.append(ascii('old words'), 0, 9);
    queue.clear();
    expect(queue.length).toBe(0);
    queue.append(ascii('new'), 0, 3);
    expect(contents(queue)).toBe('new');
  });

  test('grows by doubling, so that bytes one by one are not copied each time', () => {
    const queue = new ByteQueue(1);
    const source = counting(1000);
    const arrays = new Set<Uint8Array>();
    for (let i = 0; i < source.length; i++) {
      queue.append(source, i, i + 1);
      arrays.add(queue.bytes);
    }
    expect(queue.bytes.subarray(0, queue.length)).toEqual(source);
    expect(arrays.size).toBeLessThanOrEqual(11);
  });

  test('grows to fit when doubling is not enough', () => {
    const queue = new ByteQueue(2);
    queue.append(counting(1), 0, 1);
    queue.append(counting(5000), 0, 5000);
    expect(queue.length).toBe(5001);
    expect(queue.bytes[5000]).toBe(counting(5000)[4999]);
  });
});
