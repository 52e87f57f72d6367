import type { Withheld } from '../analysis/report.ts';
import { type Finding, SEVERITIES, type Severity } from '../findings/finding.ts';

/** What the user made of findings: which count, which are told. */
export interface Terms {
  readonly failOn: Severity | 'never';
  /** Rule codes and cause ids that fail the run whatever their severity. */
  readonly failOnRules: readonly string[];
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
  /** Some of them fail the run. */
  readonly fails: boolean;
}

/**
 * Findings that are ignored or in the baseline neither count nor are told. Of the others `failOn` and `failOnRules` decide
 * what fails the run, whether or not it is told; what fails it is told first.
 */
export function gate(findings: readonly Finding[], terms: Terms): Verdict {
  const counted = findings.filter((finding) => !isIgnored(finding, terms.ignored));
  const fresh = counted.filter(({ fingerprint }) => !terms.known.has(fingerprint));
  const fails = (finding: Finding) => isFailure(finding, terms);
  const severe = fresh.filter((f) => fails(f) || rank(f.severity) >= rank(terms.severity));
  const told = mostSevere(severe, fails, terms.maxFindings);
  return {
    told,
    withheld: {
      ignored: findings.length - counted.length,
      known: counted.length - fresh.length,
      minor: fresh.length - severe.length,
      beyond: severe.length - told.length,
    },
    counted,
    fails: fresh.some(fails),
  };
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

function isFailure({ rule, cause, severity }: Finding, { failOn, failOnRules }: Terms): boolean {
  if (failOnRules.includes(rule) || failOnRules.includes(cause.id)) return true;
  return failOn !== 'never' && rank(severity) >= rank(failOn);
}

/** The most severe few of them, what fails the run before all others, in the order in which they were. */
function mostSevere(
  findings: readonly Finding[],
  fails: (finding: Finding) => boolean,
  number: number,
): readonly Finding[] {
  if (findings.length <= number) return findings;
  const weight = (finding: Finding) =>
    rank(finding.severity) + (fails(finding) ? SEVERITIES.length : 0);
  const chosen = new Set(findings.toSorted((a, b) => weight(b) - weight(a)).slice(0, number));
  return findings.filter((finding) => chosen.has(finding));
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
