import { describe, expect, test } from 'vitest';
import { type LostPhase, lostTexts } from '../../src/findings/drivers.ts';
import { u8 } from '../build/bytes.ts';
import { C, capture, fin, rst, S, type Step } from '../build/conversation.ts';
import { column, eof, ok, query, textRow } from '../build/mysql.ts';
import { CONNECT } from '../mysql/legal-scripts.ts';
import { DRIVERS } from './drivers.ts';
import { act, type Scene, textsOf } from './scene.ts';
import { serverSteps } from './steps.ts';

const SELECT = [C(0, query('select 1')), S(1, u8(1)), S(2, column()), S(3, eof())];

/** What happens before its login depends on whether it has been sent when the RST comes: no packet drives that. */
type Phase = Exclude<LostPhase, 'beforeLogin'>;

/** What was said before the server closes. */
const BEFORE: Readonly<Record<Exclude<Phase, 'greeting'>, readonly Step[]>> = {
  login: CONNECT.slice(0, 2),
  command: [...CONNECT, C(0, query('select 1'))],
  midAnswer: [...CONNECT, ...SELECT, S(4, textRow('1'))],
  idle: [...CONNECT, C(0, query('select 1')), S(1, ok())],
};

function sceneOf(phase: Phase, isReset: boolean): Scene {
  // A capture on which nothing was said has no streams.
  if (phase === 'greeting') return { steps: [{ kind: 'fin' }], statements: [] };
  const end = isReset ? rst('server') : fin('server');
  return {
    steps: serverSteps(capture([...BEFORE[phase], end]), 0),
    statements: [
      { sql: 'select 1', packet: 2 },
      ...(phase === 'idle' ? [{ sql: 'select 2', packet: 3 }] : []),
    ],
  };
}

const PHASES: readonly Phase[] = ['greeting', 'login', 'command', 'midAnswer', 'idle'];

describe.each(DRIVERS.filter(({ isIdle }) => !isIdle))(
  'what $name says when the server closes',
  (driver) => {
    test.skipIf(driver.drive === null).each(PHASES)('%s: with FIN', async (phase) => {
      const texts = await act(sceneOf(phase, false), driver);
      expect(texts).toEqual(expect.arrayContaining(textsOf(lostTexts(phase, false), driver.name)));
    });

    // Before its greeting the driver may not have looked yet, and then fails in other words.
    test.skipIf(driver.drive === null).each(PHASES.slice(1))('%s: with RST', async (phase) => {
      const texts = await act(sceneOf(phase, true), driver);
      expect(texts).toEqual(expect.arrayContaining(textsOf(lostTexts(phase, true), driver.name)));
    });
  },
);
