import type { Report } from '../analysis/report.ts';
import { isSameFile, isSamePath } from '../io/file-identity.ts';
import { Output, PipeClosed } from '../io/write-output.ts';
import { FORMATS, type FormatName, VERDICT_VIEWS, type ViewName } from '../report/index.ts';
import type { OutputRecord } from '../report/records.ts';
import type { Renderer, Setting } from '../report/renderer.ts';
import type { CliOptions } from './options.ts';
import { layoutFor } from './style.ts';

/** One format of a view, and where it goes. */
export interface Target {
  readonly format: FormatName;
  /** Null for standard output. */
  readonly path: string | null;
  /** To what others have written there. */
  readonly appends: boolean;
}

/**
 * What is to be written where. `--output FORMAT=FILE` writes one more format; `--output FILE` writes that of
 * `--format`, which goes to standard output otherwise.
 */
export function targetsOf(options: CliOptions, env: NodeJS.ProcessEnv = process.env): Target[] {
  const files = (options.output ?? []).map((text) => fileTarget(text, formatOf(options)));
  const isNamed = (options.output ?? []).every((text) => namedFormat(text) !== null);
  const targets: Target[] = isNamed
    ? [{ format: formatOf(options), path: null, appends: false }, ...files]
    : files;
  // https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions#adding-a-job-summary
  const summary = env.GITHUB_STEP_SUMMARY;
  if (summary && targets.some(({ format }) => format === 'github')) {
    targets.push({ format: 'markdown', path: summary, appends: true });
  }
  return targets;
}

function fileTarget(text: string, format: FormatName): Target {
  const named = namedFormat(text);
  return named === null
    ? { format, path: text, appends: false }
    : { format: named, path: text.slice(named.length + 1), appends: false };
}

/** Of `FORMAT=FILE`; null where what stands before a `=` is no format, but part of a file's name. */
function namedFormat(text: string): FormatName | null {
  const prefix = text.slice(0, Math.max(0, text.indexOf('=')));
  return Object.hasOwn(FORMATS, prefix) ? (prefix as FormatName) : null;
}

function formatOf(options: CliOptions): FormatName {
  if (options.format !== undefined) return options.format;
  if (options.ndjson) return 'ndjson';
  return options.json ? 'json' : 'table';
}

/** Why some outputs make no sense: of what, and a sentence. `inputs`: what is read, and what that is. */
export function mistakeInTargets(
  view: ViewName,
  targets: readonly Target[],
  inputs: readonly (readonly [path: string, what: string])[],
): [where: string, message: string] | null {
  const named: string[] = [];
  for (const { format, path } of targets) {
    if (FORMATS[format].isVerdict && !VERDICT_VIEWS.includes(view)) {
      return [`${view} as ${format}`, `${format} is of findings: \`mywire check\`, or no view`];
    }
    if (path === null) continue;
    if (path === '') return [`--output ${format}=`, 'names no file'];
    const input = inputs.find(([other]) => isSameFile(other, path));
    if (input !== undefined) return [path, `is ${input[1]}; write to another file`];
    if (named.some((other) => isSamePath(other, path))) {
      return [path, 'is named for two outputs; each needs a file of its own'];
    }
    named.push(path);
  }
  return null;
}

/** Characters of output joined before they are written; no string may have more than half a billion. */
const MAX_PIECE = 1024 * 1024;

/** One format's text on its way to where it goes. */
class Sink {
  readonly #renderer: Renderer;
  readonly #output: Output;
  readonly #texts: string[] = [];

  constructor(renderer: Renderer, output: Output) {
    this.#renderer = renderer;
    this.#output = output;
    this.#add(renderer.start());
  }

  get isWaiting(): boolean {
    return this.#texts.length > 0;
  }

  print(record: OutputRecord): void {
    this.#add(this.#renderer.record(record));
  }

  async flush(): Promise<void> {
    for (const text of this.#texts.splice(0)) await this.#output.write(text);
  }

  /** There is more than one piece. */
  get isFull(): boolean {
    return this.#texts.length > 1;
  }

  async finish(report: Report): Promise<void> {
    const end = await this.#renderer.finish(report);
    for (const text of typeof end === 'string' ? [end] : end) {
      this.#add(text);
      if (this.isFull) await this.flush();
    }
    await this.flush();
    await this.#output.close();
  }

  #add(text: string): void {
    const last = this.#texts.at(-1);
    if (last === undefined || last.length + text.length > MAX_PIECE) this.#texts.push(text);
    else this.#texts[this.#texts.length - 1] = last + text;
  }
}

/** Everything that one pass over a capture writes. */
export class Outputs {
  #sinks: Sink[];

  private constructor(sinks: Sink[]) {
    this.#sinks = sinks;
  }

  static async of(
    view: ViewName,
    targets: readonly Target[],
    { color, all }: CliOptions,
    setting: Omit<Setting, 'layout'>,
  ): Promise<Outputs> {
    const sinks: Sink[] = [];
    for (const { format, path, appends } of targets) {
      const layout = { ...(await layoutFor(color, path !== null)), all: all === true };
      const renderer = FORMATS[format].renderer(view, { ...setting, layout });
      sinks.push(new Sink(renderer, new Output(path, appends)));
    }
    return new Outputs(sinks);
  }

  /** Something has been printed that is not written yet. */
  get isWaiting(): boolean {
    return this.#sinks.some((sink) => sink.isWaiting);
  }

  /** So much has been printed that it is better written before there is more. */
  get isFull(): boolean {
    return this.#sinks.some((sink) => sink.isFull);
  }

  print(record: OutputRecord): void {
    for (const sink of this.#sinks) sink.print(record);
  }

  async flush(): Promise<void> {
    await this.#each((sink) => sink.flush());
  }

  async finish(report: Report): Promise<void> {
    await this.#each((sink) => sink.finish(report));
  }

  /** Whoever reads one output may go away; the others are still wanted. */
  async #each(act: (sink: Sink) => Promise<void>): Promise<void> {
    for (const sink of [...this.#sinks]) {
      try {
        await act(sink);
      } catch (error) {
        if (!(error instanceof PipeClosed) || this.#sinks.length === 1) throw error;
        this.#sinks = this.#sinks.filter((other) => other !== sink);
      }
    }
  }
}
