import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';

/** The reader of our output went away (`| head`): a normal end. */
export class PipeClosed extends Error {}

/** Output that cannot be written. */
export class OutputError extends Error {}

/** Text to standard output or a file, at the pace of whoever takes it. */
export class Output {
  readonly #stream: Writable;
  readonly #isFile: boolean;
  #failure: Error | null = null;

  /** @param path  file to write, or null for standard output */
  constructor(path: string | null) {
    this.#isFile = path !== null;
    this.#stream = path === null ? process.stdout : createWriteStream(path);
    this.#stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#failure =
        error.code === 'EPIPE'
          ? new PipeClosed()
          : new OutputError(`cannot write: ${error.message}`);
    });
  }

  async write(text: string): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    if (text === '' || this.#stream.write(text)) return;
    try {
      await once(this.#stream, 'drain');
    } catch {
      // The listener above has kept why.
    }
    if (this.#failure !== null) throw this.#failure;
  }

  /** Waits until all is written. */
  async close(): Promise<void> {
    if (this.#failure === null) {
      await new Promise<void>((resolve) => {
        this.#stream.once('error', () => resolve());
        if (this.#isFile) this.#stream.end(() => resolve());
        else this.#stream.write('', () => resolve());
      });
    }
    if (this.#failure !== null) throw this.#failure;
  }
}
