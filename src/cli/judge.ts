import { existsSync } from 'node:fs';
import type { Report } from '../analysis/report.ts';
import { Expectations } from '../expect/index.ts';
import type { Finding } from '../findings/finding.ts';
import { EXPECTATION } from '../findings/names.ts';
import { writeWhole } from '../io/write-whole.ts';
import type { Query } from '../mysql/query.ts';
import { count } from '../report/count.ts';
import {
  type BaselineEntry,
  baselineOf,
  decodeBaseline,
  encodeBaseline,
  staleEntries,
} from './baseline.ts';
import { failures, gate } from './gate.ts';
import type { CliOptions } from './options.ts';
import { readUserFile, UserFileError } from './user-file.ts';

/** Decides by the user's terms, baseline and expectations what a capture's findings come to. */
export class Judge {
  readonly #options: CliOptions;
  readonly #baseline: readonly BaselineEntry[];
  readonly #expectations: Expectations | null;
  /** What a baseline of this run would hold, once it has been judged. */
  #known: readonly Finding[] = [];
  /** Some finding fails the run. */
  fails = false;

  private constructor(
    options: CliOptions,
    baseline: readonly BaselineEntry[],
    expectations: Expectations | null,
  ) {
    this.#options = options;
    this.#baseline = baseline;
    this.#expectations = expectations;
  }

  /** Reads the files that the options name. */
  static async of(options: CliOptions): Promise<Judge> {
    const { baseline, expect } = options;
    return new Judge(
      options,
      baseline === undefined ? [] : await readBaseline(baseline, options),
      expect === undefined
        ? null
        : await readUserFile(expect, (written) => new Expectations(expect, written)),
    );
  }

  /** To be told of every command; null where nothing needs it. */
  get onQuery(): ((query: Query) => void) | null {
    return this.#expectations?.onQuery ?? null;
  }

  /** It ends the run with exit code 1. */
  isFailure(finding: Finding): boolean {
    const { failOn, failOnRule, updateBaseline } = this.#options;
    if (updateBaseline && isForBaseline(finding)) return false;
    return failures(failOn ?? 'error', failOnRule ?? [])(finding);
  }

  /** The report with what is to be told of its findings. */
  judge(report: Report): Report {
    const failed = this.#expectations?.findings(report) ?? [];
    const { ignore, severity, maxFindings } = this.#options;
    const { told, withheld, counted, fails } = gate([...report.findings, ...failed], {
      isFailure: (finding) => this.isFailure(finding),
      ignored: ignore ?? [],
      known: new Set(this.#baseline.map(({ fingerprint }) => fingerprint)),
      severity: severity ?? 'info',
      maxFindings: maxFindings ?? Number.POSITIVE_INFINITY,
    });
    this.#known = counted.filter(isForBaseline);
    this.fails = fails;
    const findings = told.toSorted((a, b) => a.frame.number - b.frame.number);
    return { ...report, findings, withheld };
  }

  /** Writes the baseline where that was asked for; returns what there is to say of it. */
  settleBaseline({ isFiltered }: Report): string | null {
    const { baseline: path, updateBaseline } = this.#options;
    if (path === undefined) return null;
    const stale = staleEntries(this.#baseline, this.#known);
    if (updateBaseline) {
      const entries = baselineOf(this.#known, this.#baseline);
      writeWhole(path, encodeBaseline(entries));
      const added = entries.length - (this.#baseline.length - stale.length);
      return `${count(entries.length, 'known finding')}: ${added} new, ${stale.length} removed`;
    }
    if (stale.length === 0 || isFiltered) return null;
    const names = stale.map(({ fingerprint }) => `"${fingerprint}"`).join(', ');
    return `no longer found: ${names}; --update-baseline removes what is not found`;
  }
}

async function readBaseline(path: string, options: CliOptions): Promise<BaselineEntry[]> {
  if (!existsSync(path)) {
    if (options.updateBaseline) return [];
    throw new UserFileError(path, 'no such file; --update-baseline makes it');
  }
  return readUserFile(path, decodeBaseline);
}

/** What is not as expected is changed in the file that expects it. */
function isForBaseline({ rule }: Finding): boolean {
  return rule !== EXPECTATION.rule;
}
