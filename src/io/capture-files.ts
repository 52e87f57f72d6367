import { type Frame, frameOf } from '../capture/frame.ts';
import type { FileEnd } from '../capture/merge.ts';
import { CaptureReader } from '../capture/reader.ts';
import { InputError, Interrupted, ReadToEnd } from './input-error.ts';
import type { Interrupt } from './interrupt.ts';
import { isPipe, readCapture } from './read-capture.ts';

/**
 * Files that are read at the same time because their records interleave. One costs a chunk, what is known
 * of the records in it, and a decompressor's window: some 100 MB for all. And macOS lets a process open 256.
 */
const MAX_OPEN_FILES = 64;

/** The files of a capture, each opened when its bytes are asked for and closed at its end. */
export class CaptureFiles {
  /** A file that has more was not read on because of a signal. */
  wasInterrupted = false;
  readonly #paths: readonly string[];
  readonly #interrupt: Interrupt;
  readonly #open = new Map<number, AsyncGenerator<Uint8Array>>();

  constructor(paths: readonly string[], interrupt: Interrupt) {
    this.#paths = paths;
    this.#interrupt = interrupt;
  }

  /** Looks for the first frame of each of several files; null where that would take it out of a pipe. */
  async starts(): Promise<(Frame | null)[]> {
    const starts: (Frame | null)[] = [];
    for (const path of this.#paths) {
      starts.push(this.#paths.length === 1 || isPipe(path) ? null : await firstFrame(path));
    }
    return starts;
  }

  /** A file's next bytes, valid until the next ones; or how they end. */
  async next(file: number): Promise<Uint8Array | FileEnd> {
    let end: FileEnd = 'whole';
    try {
      const next = await this.#chunksOf(file).next();
      if (!next.done) return next.value;
      if (this.#interrupt.requested && isPipe(this.#paths[file]!)) end = 'cut';
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      if (error instanceof Interrupted) this.wasInterrupted = true;
      end = { broken: error.message, isReadToEnd: error instanceof ReadToEnd };
    }
    this.#open.delete(file);
    return end;
  }

  async close(file: number): Promise<void> {
    await this.#open.get(file)?.return(undefined);
    this.#open.delete(file);
  }

  async closeAll(): Promise<void> {
    for (const file of [...this.#open.keys()]) await this.close(file);
  }

  #chunksOf(file: number): AsyncGenerator<Uint8Array> {
    let chunks = this.#open.get(file);
    if (chunks === undefined) {
      if (this.#open.size === MAX_OPEN_FILES) {
        throw new InputError(
          `not read: ${MAX_OPEN_FILES} other files have frames of before and after its first; put them together with \`mergecap -w all.pcapng FILES\``,
        );
      }
      chunks = readCapture(this.#paths[file]!, this.#interrupt);
      this.#open.set(file, chunks);
    }
    return chunks;
  }
}

async function firstFrame(path: string): Promise<Frame | null> {
  let first: Frame | null = null;
  const reader = new CaptureReader((record) => {
    first ??= frameOf(record);
  });
  try {
    for await (const chunk of readCapture(path)) {
      reader.push(chunk);
      if (first !== null || reader.fault !== null) break;
    }
  } catch (error) {
    // It will come again, and be told, when the file is read.
    if (!(error instanceof InputError)) throw error;
  }
  return first;
}
