import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat, u8 } from '../build/bytes.ts';
import { capture, type Step } from '../build/conversation.ts';
import { type Analysis, analyze } from './analyze.ts';
import { LEGAL } from './legal-scripts.ts';

// Whatever stands in the packets, an analysis ends with a report: it never throws, never hangs, and
// says the same of the same bytes whether somebody looks at the packets or not.

/** Scripts that are not too long to be damaged many times. */
const SCRIPTS = LEGAL.map(({ script }) => script).filter((script) => script.length < 60);

const damages = fc.array(
  fc.record({
    step: fc.nat(),
    at: fc.nat(),
    byte: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xfb, 0xfc, 0xfd, 0xfe, 0xff), fc.nat(255)),
    kind: fc.constantFrom('change', 'change', 'change', 'insert', 'cut', 'drop', 'repeat'),
  }),
  { minLength: 1, maxLength: 5 },
);

function damaged(
  script: readonly Step[],
  list: readonly { step: number; at: number; byte: number; kind: string }[],
): Step[] {
  const steps = [...script];
  for (const { step, at, byte, kind } of list) {
    const index = step % steps.length;
    const { bytes, ...rest } = steps[index]!;
    const place = at % (bytes.length + 1);
    if (kind === 'drop' && steps.length > 1) steps.splice(index, 1);
    else if (kind === 'repeat') steps.splice(index, 0, steps[index]!);
    else {
      const changed =
        kind === 'cut'
          ? bytes.slice(0, place)
          : concat(
              bytes.slice(0, place),
              u8(byte),
              bytes.slice(place + (kind === 'insert' ? 0 : 1)),
            );
      steps[index] = { ...rest, bytes: changed };
    }
  }
  return steps;
}

function check(bytes: Uint8Array): Analysis {
  const seen = analyze(bytes, { rows: true });
  for (const { problems, length, sequenceId } of seen.packets) {
    expect(problems.length).toBeLessThanOrEqual(2);
    expect(length).toBeGreaterThanOrEqual(0);
    expect(sequenceId).toBeLessThanOrEqual(255);
  }
  const frames = seen.packets.map(({ frame }) => frame.number);
  expect(frames).toEqual(frames.toSorted((a, b) => a - b));
  const counted = analyze(bytes, { packets: false });
  expect(counted.report.capture).toEqual(seen.report.capture);
  expect(counted.report.findings.map(numbersOf)).toEqual(seen.report.findings.map(numbersOf));
  return seen;
}

function numbersOf({
  rule,
  severity,
  frame,
  got,
  expected,
}: Analysis['report']['findings'][number]) {
  return [rule, severity, frame.number, got, expected];
}

test('damaged conversations are read to their end', () => {
  fc.assert(
    fc.property(fc.constantFrom(...SCRIPTS), damages, (script, list) => {
      check(capture(damaged(script, list)));
    }),
    { seed: 5, numRuns: 600 },
  );
});

test('damaged conversations are read to their end in small segments, too', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SCRIPTS),
      damages,
      fc.constantFrom(3, 5, 16),
      (script, list, segmentBytes) => {
        check(capture(damaged(script, list), { segmentBytes }));
      },
    ),
    { seed: 9, numRuns: 100 },
  );
});

test('damaged captures are read to their end', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SCRIPTS),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 12 }),
      (script, changes) => {
        const bytes = capture(script);
        for (const [at, byte] of changes) bytes[24 + (at % (bytes.length - 24))] = byte;
        analyze(bytes, { rows: true });
      },
    ),
    {
      seed: 13,
      numRuns: 300,
    },
  );
});

test('random bytes on a MySQL port are read to their end', () => {
  const step = fc.record({
    from: fc.constantFrom('client' as const, 'server' as const),
    bytes: fc.uint8Array({ maxLength: 60 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.boolean(), (steps, handshake) => {
      const script = steps.map(
        (one): Step => ({
          ...one,
          flags: 0x10,
          after: 0,
          blind: false,
          lost: false,
          connection: 0,
        }),
      );
      check(capture(script, { handshake }));
    }),
    {
      seed: 17,
      numRuns: 300,
    },
  );
});
