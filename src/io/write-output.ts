import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';

/** The reader of our output went away (`| head`): a normal end. */
export class PipeClosed extends Error {}

/** Output that cannot be written. */
export class OutputError extends Error {
  /** The file, where it is not the output that was asked for. */
  readonly path: string | null;

  constructor(message: string, path: string | null = null) {
    super(message);
    this.path = path;
  }
}

/** Text to standard output or a file, at the pace of whoever takes it. */
export class Output {
  readonly #path: string | null;
  #stream: Writable | null = null;
  #failure: Error | null = null;

  /** @param path  file to write, or null for standard output; opened by the first text */
  constructor(path: string | null) {
    this.#path = path;
  }

  async write(text: string): Promise<void> {
    if (text === '') return;
    const stream = this.#open();
    if (this.#failure !== null) throw this.#failure;
    if (stream.write(text)) return;
    try {
      await once(stream, 'drain');
    } catch {
      // The listener of `#open` has kept why.
    }
    if (this.#failure !== null) throw this.#failure;
  }

  /** Waits until all is written. */
  async close(): Promise<void> {
    const stream = this.#open();
    if (this.#failure === null) {
      await new Promise<void>((resolve) => {
        stream.once('error', () => resolve());
        if (this.#path === null) stream.write('', () => resolve());
        else stream.end(() => resolve());
      });
    }
    if (this.#failure !== null) throw this.#failure;
  }

  #open(): Writable {
    if (this.#stream !== null) return this.#stream;
    this.#stream = this.#path === null ? process.stdout : createWriteStream(this.#path);
    this.#stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#failure =
        error.code === 'EPIPE'
          ? new PipeClosed()
          : new OutputError(`cannot write: ${error.message}`);
    });
    return this.#stream;
  }
}
