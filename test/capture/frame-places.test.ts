import { expect, test } from 'vitest';
import { FramePlaces } from '../../src/capture/frame-places.ts';

test('each frame is in its file, by runs', () => {
  const places = new FramePlaces(['a', 'b']);
  const files = [0, 0, 1, 1, 1, 0, 1];
  const counts = [0, 0];
  files.forEach((file, i) => {
    counts[file]! += 1;
    places.note(i + 1, file, counts[file]!);
  });
  expect(files.map((_, i) => places.of(i + 1))).toEqual([
    { file: 'a', index: 0, frame: 1 },
    { file: 'a', index: 0, frame: 2 },
    { file: 'b', index: 1, frame: 1 },
    { file: 'b', index: 1, frame: 2 },
    { file: 'b', index: 1, frame: 3 },
    { file: 'a', index: 0, frame: 3 },
    { file: 'b', index: 1, frame: 4 },
  ]);
});

test('of one file there is nothing to say', () => {
  expect(new FramePlaces(['a']).of(1)).toBeNull();
});

test('behind a million runs nothing is known any more', () => {
  const runs = 1 << 20;
  const places = new FramePlaces(['a', 'b']);
  for (let i = 0; i < runs + 4; i++) places.note(i + 1, i % 2, (i >> 1) + 1);
  expect(places.of(runs)).toEqual({ file: 'b', index: 1, frame: runs / 2 });
  expect(places.of(runs + 1)).toBeNull();
  expect(places.of(runs + 4)).toBeNull();
});
