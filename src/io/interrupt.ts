/** After the first Ctrl-C a pipe is read on for what its writer, interrupted as well, still writes out. */
const QUIET_MS = 500;
/** But not for longer than this: the writer may not have been interrupted, and go on for ever. */
const GRACE_MS = 3000;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Ctrl-C, or SIGTERM: it ends the reading, so that what has been seen can be shown. A third one kills. */
export class Interrupt {
  /** The user has had enough. */
  requested = false;
  /** By which signal; null where it was none. */
  signal: NodeJS.Signals | null = null;
  readonly #over = new AbortController();
  #quiet: NodeJS.Timeout | undefined;
  #grace: NodeJS.Timeout | undefined;

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  /** Aborted when pipes are not read on either. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Bytes are waited for. */
  wait(): void {
    if (!this.requested) return;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(this.#end, QUIET_MS);
  }

  /** From now on a signal ends the process, as it does by default. */
  dispose(): void {
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
    clearTimeout(this.#quiet);
    clearTimeout(this.#grace);
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (this.requested) {
      this.#end();
      this.dispose();
      return;
    }
    this.requested = true;
    this.signal = signal;
    this.#grace = setTimeout(this.#end, GRACE_MS);
    this.wait();
  };

  readonly #end = (): void => this.#over.abort();
}
