import { expect, test } from 'vitest';
import { type CaptureOptions, capture } from '../build/conversation.ts';
import { TCP_FLAG } from '../build/frame.ts';
import { analyze, contentOf, play } from '../mysql/analyze.ts';
import { LEGAL } from '../mysql/legal-scripts.ts';

/** The flags in a frame of Ethernet, IPv4 and TCP. */
const FLAGS = 14 + 20 + 13;

test('where both sides send a SYN, the port says who is the server, whoever was first', () => {
  const { script } = LEGAL.find(({ name }) => name.startsWith('a login, a query without rows'))!;
  const mangle: CaptureOptions['mangle'] = (frames) => {
    const bytes = frames[1]!.bytes.slice();
    bytes[FLAGS] = TCP_FLAG.SYN;
    return [{ ...frames[1]!, bytes }, ...frames];
  };
  const analysis = analyze(capture(script, { mangle }));
  expect(contentOf(analysis)).toEqual(contentOf(play(script)));
  const [conversation] = analysis.report.conversations;
  expect(conversation?.connection.endpoints[conversation.client!]?.port).toBe(50_000);
  expect(conversation?.seenFromStart).toBe(true);
});
