import { lapseBetween } from '../capture/frame.ts';
import type { Query } from '../mysql/query.ts';
import { describe, type Written, WrittenFault } from '../written/written.ts';
import { Places, placeOf, type Watch } from './watch.ts';

/** Seconds that no command may take longer than, from its last byte to the last of its answer. */
export function maxDuration(written: Written, key: string): Watch {
  const max = written.kind === 'scalar' ? written.value : null;
  if (typeof max !== 'number' || !(max >= 0)) {
    throw new WrittenFault(
      written.line,
      `"${key}" must be seconds, such as 0.2, not ${describe(written)}`,
    );
  }
  const places = new Places();
  let slowest = 0;
  return {
    onQuery(query) {
      const seconds = durationOf(query);
      if (seconds === null || seconds <= max) return;
      slowest = Math.max(slowest, seconds);
      places.add(() => placeOf(query, `${seconds} s: `));
    },
    breaches() {
      if (places.total === 0) return [];
      const others = places.total > 1 ? `, and ${places.total - 1} more above it` : '';
      return [
        { expected: `${max} s`, found: `${slowest} s${others}`, key: '', places: places.first },
      ];
    },
  };
}

function durationOf({ lastFrame, responses }: Query): number | null {
  const ended = responses.at(-1)?.lastFrame ?? null;
  return ended === null ? null : lapseBetween(lastFrame, ended);
}
