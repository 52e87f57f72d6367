import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Writable } from 'node:stream';

const ROOT = join(import.meta.dirname, '../..');

/** How it ended; a signal's name in place of a status where one killed it. */
export interface Ended {
  status: number | string;
  stdout: string;
  stderr: string;
}

/** A run of bin/mywire.js whose input comes bit by bit. Nothing here looks at a clock: a test waits. */
export class LiveRun {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #out = '';
  #errors = '';
  #onOutput = () => {};

  constructor(args: readonly string[], options: SpawnOptions = {}) {
    this.#child = spawn(process.execPath, [join(ROOT, 'bin/mywire.js'), ...args], {
      ...options,
      env: { PATH: process.env.PATH },
    });
    this.#child.stdout!.on('data', (chunk: Buffer) => {
      this.#out += chunk.toString();
      this.#onOutput();
    });
    this.#child.stderr!.on('data', (chunk: Buffer) => {
      this.#errors += chunk.toString();
    });
    this.#child.stdin!.on('error', () => {});
    this.ended = new Promise((resolve) => {
      this.#child.on('close', (status, signal) =>
        resolve({ status: status ?? signal!, stdout: this.#out, stderr: this.#errors }),
      );
    });
  }

  get stdin(): Writable {
    return this.#child.stdin!;
  }

  /** Takes no more of what it prints, so that it has to wait, or all again. */
  read(isOn: boolean): void {
    if (isOn) this.#child.stdout!.resume();
    else this.#child.stdout!.pause();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until so many lines have been printed, and returns all there are. */
  async lines(count: number): Promise<string[]> {
    await new Promise<void>((resolve) => {
      this.#onOutput = () => {
        if (this.#lines.length >= count) resolve();
      };
      this.#onOutput();
    });
    return this.#lines;
  }

  get #lines(): string[] {
    return this.#out.split('\n').slice(0, -1);
  }
}
