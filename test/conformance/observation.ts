import { escapeText } from '../../src/bytes/text.ts';

/**
 * What one program says of a capture, as lists of short texts under names that both programs share:
 * `frames`, `stream 3 frames`, `stream 3 client packets`, `stream 3 queries`, …
 */
export class Observation {
  readonly facts = new Map<string, string[]>();

  /**
   * An empty text says nothing: tshark shows one where a field is there but has no bytes. And tshark 4.0
   * takes all text for ASCII, so that of other characters is said only where they are.
   */
  add(what: string, text: string): void {
    if (text === '') return;
    const fact = text.replaceAll(/[^\0-\x7f]+/g, '\ufffd');
    const facts = this.facts.get(what);
    if (facts === undefined) this.facts.set(what, [fact]);
    else facts.push(fact);
  }
}

/** Two programs disagree: what only the one says, and what only the other. */
export interface Difference {
  readonly what: string;
  readonly tshark: string;
  readonly mywire: string;
}

/** Every difference between two observations in what both can say, by name. */
export function compare(
  tshark: Observation,
  mywire: Observation,
  isCompared: (what: string) => boolean,
): Difference[] {
  const names = new Set([...tshark.facts.keys(), ...mywire.facts.keys()]);
  return [...names]
    .filter(isCompared)
    .sort(byNumbers)
    .flatMap((what) => {
      const theirs = tshark.facts.get(what) ?? [];
      const ours = spokenOf(what, mywire.facts.get(what) ?? [], theirs);
      if (theirs.length === ours.length && theirs.every((fact, i) => fact === ours[i])) return [];
      const onlyTheirs = without(theirs, ours);
      const onlyOurs = without(ours, theirs);
      const isOrder = onlyTheirs.length === 0 && onlyOurs.length === 0;
      return [
        {
          what: isOrder ? `${what}, their order` : what,
          tshark: summary(isOrder ? theirs : onlyTheirs),
          mywire: summary(isOrder ? ours : onlyOurs),
        },
      ];
    });
}

/**
 * tshark reads the parameters of some COM_STMT_EXECUTE only: those with types and without query attributes.
 * Of the others, by frame, there is nothing to compare.
 */
function spokenOf(
  what: string,
  ours: readonly string[],
  theirs: readonly string[],
): readonly string[] {
  if (!what.endsWith(' parameters')) return ours;
  const frames = new Set(theirs.map(frameOf));
  return ours.filter((fact) => frames.has(frameOf(fact)));
}

function frameOf(fact: string): string {
  return fact.slice(0, fact.indexOf(':'));
}

/** The order of differences. */
export function byNumbers(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** The members of `facts` that `others` lacks, counting each as often as it stands there. */
function without(facts: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const fact of others) left.set(fact, (left.get(fact) ?? 0) + 1);
  return facts.filter((fact) => {
    const count = left.get(fact) ?? 0;
    if (count > 0) left.set(fact, count - 1);
    return count === 0;
  });
}

const MAX_FACT_LENGTH = 100;

/** One line: `12#1-4 | 13#5-6`, the sequence ids that follow one another in one frame as a range. */
function summary(facts: readonly string[]): string {
  const words: string[] = [];
  let run: { frame: string; first: number; last: number } | null = null;
  const endRun = () => {
    if (run === null) return;
    const { frame, first, last } = run;
    words.push(first === last ? `${frame}#${first}` : `${frame}#${first}-${last}`);
    run = null;
  };
  for (const fact of facts) {
    const packet = /^(\d+)#(\d+)$/.exec(fact);
    const id = Number(packet?.[2]);
    if (packet !== null && run !== null && run.frame === packet[1] && run.last + 1 === id) {
      run.last = id;
      continue;
    }
    endRun();
    if (packet === null) words.push(shortened(fact));
    else run = { frame: packet[1]!, first: id, last: id };
  }
  endRun();
  return words.join(' | ');
}

function shortened(fact: string): string {
  const head = escapeText(fact.slice(0, MAX_FACT_LENGTH));
  return fact.length <= MAX_FACT_LENGTH ? head : `${head}… (${fact.length} characters)`;
}
