import { expect, test } from 'vitest';
import { EXPLAINED } from '../../src/findings/read-message.ts';
import { ladderText } from '../../src/report/ladder.ts';
import { tooWide } from './layout.ts';

const WIDTH = 72;

test('who sends what, what is lost, and who stands still', () => {
  const text = ladderText([
    { from: 'server', text: 'greeting (0)' },
    { from: 'client', text: 'login (1)', lost: true },
    { from: 'client', text: 'waits', quiet: true },
    { from: 'server', text: 'sees nothing', quiet: true },
    { from: 'server', text: 'ERR 1159 (1), closes' },
  ]);
  expect(text.split('\n')).toEqual([
    ' client                                                         server',
    '    |                                                              |',
    '    |<----------------------- greeting (0) ------------------------|',
    '    |----------------- login (1) -----------------x                |',
    '    |                                                              |',
    '    :  waits                                                       |',
    '    |                                                sees nothing  :',
    '    |                                                              |',
    '    |<------------------- ERR 1159 (1), closes --------------------|',
    '    |                                                              |',
    '',
  ]);
});

test('what stands between has a line of its own, and keeps what is lost', () => {
  const text = ladderText([
    { from: 'client', text: 'login (1)', lost: true },
    { from: 'between', text: 'PROXY TCP4 …' },
    { from: 'between', text: 'RST', to: 'client' },
    { from: 'between', text: 'forgets', quiet: true },
  ]);
  expect(text.split('\n')).toEqual([
    ' client                          between                        server',
    '    |                               |                              |',
    '    |--------- login (1) ----------x|                              |',
    '    |                               |------- PROXY TCP4 … -------->|',
    '    |<------------ RST -------------|                              |',
    '    |                               |                              |',
    '    |                               :  forgets                     |',
    '    |                               |                              |',
    '',
  ]);
});

test('a text too long for its arrow stands above it', () => {
  const long =
    'a statement of so many words that no arrow in a drawing of this width could hold them';
  const lines = ladderText([{ from: 'client', text: long }]).split('\n');
  expect(lines.slice(2, 5)).toEqual([
    '    |  a statement of so many words that no arrow in a drawing of  |',
    '    |                  this width could hold them                  |',
    '    |------------------------------------------------------------->|',
  ]);
});

test.each(EXPLAINED)('the drawing of $id fits', ({ page }) => {
  expect(tooWide(ladderText(page.ladder), WIDTH)).toEqual([]);
});
