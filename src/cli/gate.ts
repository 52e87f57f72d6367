import type { Withheld } from '../analysis/report.ts';
import { type Finding, SEVERITIES, type Severity } from '../findings/finding.ts';

/** What the user makes of findings: which count, which are told. */
export interface Terms {
  /** What ends the run with exit code 1. */
  readonly isFailure: (finding: Finding) => boolean;
  readonly ignored: readonly Ignored[];
  /** Fingerprints of findings that are in the baseline. */
  readonly known: ReadonlySet<string>;
  /** What is less severe is not told. */
  readonly severity: Severity;
  /** Findings to tell at most. */
  readonly maxFindings: number;
}

/** A rule code or a cause id, of all connections (`null`) or of one. */
export interface Ignored {
  readonly name: string;
  readonly connection: number | null;
}

export interface Verdict {
  /** What is told, in the order in which it was found. */
  readonly told: readonly Finding[];
  readonly withheld: Withheld;
  /** What is not ignored: what a baseline would hold. */
  readonly counted: readonly Finding[];
  readonly fails: boolean;
}

/**
 * Findings that are ignored or in the baseline neither count nor are told. The others count whether or not they are told;
 * what fails the run always is, unless there are too many.
 */
export function gate(findings: readonly Finding[], terms: Terms): Verdict {
  const { ignored, known, isFailure, severity, maxFindings } = terms;
  const counted = findings.filter((finding) => !isIgnored(finding, ignored));
  const fresh = counted.filter(({ fingerprint }) => !known.has(fingerprint));
  const severe = fresh.filter((f) => isFailure(f) || rank(f.severity) >= rank(severity));
  const told = weightiest(severe, isFailure, maxFindings);
  return {
    told,
    withheld: {
      ignored: findings.length - counted.length,
      known: counted.length - fresh.length,
      minor: fresh.length - severe.length,
      beyond: severe.length - told.length,
    },
    counted,
    fails: fresh.some(isFailure),
  };
}

/** What `--fail-on` and `--fail-on-rule` (rule codes, cause ids) make a failure. */
export function failures(
  failOn: Severity | 'never',
  names: readonly string[],
): (finding: Finding) => boolean {
  return ({ rule, cause, severity }) =>
    names.includes(rule) ||
    names.includes(cause.id) ||
    (failOn !== 'never' && rank(severity) >= rank(failOn));
}

function isIgnored({ rule, cause, connections }: Finding, ignored: readonly Ignored[]): boolean {
  const own = ignored.filter(({ name }) => name === rule || name === cause.id);
  // Told of several connections, it goes away when it is ignored of every one.
  return (
    own.length > 0 &&
    connections.every((number) =>
      own.some(({ connection }) => connection === null || connection === number),
    )
  );
}

/** What fails the run before what does not, the severe before the less severe; in the order in which they were found. */
function weightiest(
  findings: readonly Finding[],
  isFailure: (finding: Finding) => boolean,
  number: number,
): readonly Finding[] {
  if (findings.length <= number) return findings;
  const weight = (finding: Finding) =>
    rank(finding.severity) + (isFailure(finding) ? SEVERITIES.length : 0);
  const chosen = new Set(findings.toSorted((a, b) => weight(b) - weight(a)).slice(0, number));
  return findings.filter((finding) => chosen.has(finding));
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
