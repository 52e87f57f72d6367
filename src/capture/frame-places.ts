/** Where a frame is in the files that were read as one capture. */
export interface FramePlace {
  /** As the user named it. */
  readonly file: string;
  /** Among the files that were named, from 0. */
  readonly index: number;
  /** From 1, in that file. */
  readonly frame: number;
}

/**
 * Runs of frames from one file that are kept: a set of rotated files has as many as files, the captures of two
 * machines one for every frame or two.
 */
const MAX_RUNS = 1 << 20;

/** Which file each frame of a capture came from, where several are read as one. */
export class FramePlaces {
  readonly #names: readonly string[];
  /** Of each run its first frame, its file, and what is to be added for the number there. */
  readonly #firsts: number[] = [];
  readonly #files: number[] = [];
  readonly #offsets: number[] = [];
  /** The first frame of which nothing is known any more. */
  #end = Number.POSITIVE_INFINITY;

  constructor(names: readonly string[] = []) {
    this.#names = names;
  }

  /** Frames come by their numbers. */
  note(frame: number, file: number, frameInFile: number): void {
    if (this.#files.at(-1) === file) return;
    if (this.#firsts.length === MAX_RUNS) {
      this.#end = Math.min(this.#end, frame);
      return;
    }
    this.#firsts.push(frame);
    this.#files.push(file);
    this.#offsets.push(frameInFile - frame);
  }

  /** Null of a capture in one file, and where there were too many runs. */
  of(frame: number): FramePlace | null {
    if (frame >= this.#end) return null;
    const run = this.#runOf(frame);
    if (run < 0) return null;
    const index = this.#files[run]!;
    return { file: this.#names[index] ?? '', index, frame: frame + this.#offsets[run]! };
  }

  /** The last run that begins no later. */
  #runOf(frame: number): number {
    let from = 0;
    let to = this.#firsts.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#firsts[middle]! <= frame) from = middle + 1;
      else to = middle;
    }
    return from - 1;
  }
}
