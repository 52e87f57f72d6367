import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { Report } from '../../src/analysis/report.ts';
import { concat } from '../build/bytes.ts';
import { C, fin, S } from '../build/conversation.ts';
import { ok, query, quit } from '../build/mysql.ts';
import { analyze } from '../mysql/analyze.ts';
import { CONNECT } from '../mysql/legal-scripts.ts';
import { repeatedly } from './hostile.ts';

/** What a connection that is over may cost, whatever was said on it. */
const MAX_HELD_BYTES = 4096;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const TALK = Array.from({ length: 4 }, () => [C(0, query('x'.repeat(2500))), S(1, ok())]).flat();
const SCRIPT = [...CONNECT, ...TALK, C(0, quit), fin('client'), fin('server')];

/** Bytes of the heap that a report of so many connections holds. */
function heldBy(connections: number): number {
  const bytes = concat(...repeatedly(SCRIPT, connections));
  const reports: Report[] = [];
  collect();
  const before = process.memoryUsage().heapUsed;
  reports.push(analyze(bytes, { packets: false }).report);
  collect();
  const held = process.memoryUsage().heapUsed - before;
  expect(reports[0]!.conversations).toHaveLength(connections);
  return held;
}

test('a connection of 10 KB that is over holds at most 4 KB', () => {
  heldBy(100);
  const held = (heldBy(4000) - heldBy(1000)) / 3000;
  expect(held).toBeLessThan(MAX_HELD_BYTES);
  expect(held).toBeGreaterThan(0);
});
