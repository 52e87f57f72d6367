import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';

/** The reader of our output went away (`| head`): a normal end. */
export class PipeClosed extends Error {}

/** Output that cannot be written. */
export class OutputError extends Error {
  /** The file, or null for standard output. */
  readonly path: string | null;

  constructor(path: string | null, message: string) {
    super(message);
    this.path = path;
  }
}

/** Text to standard output or a file, at the pace of whoever takes it. */
export class Output {
  readonly #path: string | null;
  readonly #flags: string;
  #stream: Writable | null = null;
  #failure: Error | null = null;

  /** @param path  file to write, or null for standard output; opened by the first text */
  constructor(path: string | null, appends = false) {
    this.#path = path;
    this.#flags = appends ? 'a' : 'w';
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
        const done = (error?: Error | null) => {
          // It may come before the event.
          if (error) this.#fail(error);
          resolve();
        };
        stream.once('error', done);
        if (this.#path === null) stream.write('', done);
        else stream.end(done);
      });
    }
    if (this.#failure !== null) throw this.#failure;
  }

  #open(): Writable {
    if (this.#stream !== null) return this.#stream;
    this.#stream =
      this.#path === null ? process.stdout : createWriteStream(this.#path, { flags: this.#flags });
    this.#stream.on('error', (error) => this.#fail(error));
    return this.#stream;
  }

  #fail(error: NodeJS.ErrnoException): void {
    this.#failure ??=
      error.code === 'EPIPE'
        ? new PipeClosed()
        : new OutputError(this.#path, `cannot write: ${error.message}`);
  }
}
