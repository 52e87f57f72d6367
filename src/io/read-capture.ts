import { closeSync, constants, fstatSync, open, openSync, readSync, statSync } from 'node:fs';
import { addAbortSignal, type Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isSameFile } from './file-identity.ts';
import { damaged, gunzip } from './gunzip.ts';
import { InputError, Interrupted } from './input-error.ts';
import type { Interrupt } from './interrupt.ts';
import { plain } from './plain.ts';

/** Fits the processor's cache, so that the bytes are still there when they are looked at. */
const CHUNK_BYTES = 256 * 1024;

/** Chunks of a file after which signals are looked at: a few milliseconds' work. */
const CHUNKS_PER_TURN = 16;

/**
 * Compressed bytes unpacked at a time: gzip and zstd blow up a thousandfold at worst, and what one step
 * yields is held whole.
 */
const PACKED_CHUNK_BYTES = 16 * 1024;

type Unpack = (
  packed: AsyncIterable<Uint8Array>,
  interrupt: Interrupt | null,
) => AsyncGenerator<Uint8Array>;

/** By the first four bytes, in hex. */
const UNPACKERS: [magic: RegExp, unpack: Unpack][] = [
  [/^1f8b/, (packed, interrupt) => gunzip(packed, interrupt, CHUNK_BYTES)],
  // A frame, or one to be skipped, with which pzstd starts.
  [/^(28b52ffd|5.2a4d18)/, unzstd],
];

/**
 * A capture's bytes from a path, or from standard input for `-`, unpacked by magic bytes. A chunk is
 * valid until the next is asked for. Whatever came before an error has been yielded by then. An
 * interrupt ends those of a pipe as they are, and what is cut by it is no error; a file's it ends with
 * `Interrupted`.
 */
export async function* readCapture(
  path: string,
  interrupt: Interrupt | null = null,
): AsyncGenerator<Uint8Array> {
  const chunks = isPipe(path) ? pipeChunks(path, interrupt) : fileChunks(path, interrupt);
  const first = await firstBytes(chunks);
  const magic = Buffer.from(first.subarray(0, 4)).toString('hex');
  const unpack = UNPACKERS.find(([start]) => start.test(magic))?.[1];
  if (unpack === undefined) {
    yield first;
    yield* chunks;
  } else {
    yield* unpack(packedChunks(first, chunks), interrupt);
  }
}

/** The first chunk, topped up until it tells a format: a pipe may bring its bytes one by one. */
async function firstBytes(chunks: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 4) {
    const next = await chunks.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : plain(Buffer.concat([head, next.value]));
  }
  return head;
}

async function* packedChunks(
  first: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* slices(first);
  for await (const chunk of rest) yield* slices(chunk);
}

function* slices(chunk: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < chunk.length; at += PACKED_CHUNK_BYTES) {
    yield chunk.subarray(at, at + PACKED_CHUNK_BYTES);
  }
}

/** Whether a path's bytes come once, and when they come. */
export function isPipe(path: string): boolean {
  if (path === '-') return true;
  try {
    const found = statSync(path);
    // `/dev/stdin`, whatever it is.
    return found.isFIFO() || (!found.isFile() && isSameFile(path, '-'));
  } catch {
    return false;
  }
}

async function* fileChunks(path: string, interrupt: Interrupt | null): AsyncGenerator<Uint8Array> {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw new InputError(reasonOf(error));
  }
  const buffer = new Uint8Array(CHUNK_BYTES);
  try {
    // 0 of what is no regular file.
    const { size } = fstatSync(file);
    for (let chunks = 1, bytes = 0; ; chunks++) {
      let length: number;
      try {
        length = readSync(file, buffer, 0, CHUNK_BYTES, null);
      } catch (error) {
        throw new InputError(reasonOf(error));
      }
      if (length === 0) {
        if (bytes >= size) return;
        throw new InputError(
          `the file became shorter while it was read: ${bytes} of ${size} bytes`,
        );
      }
      if (interrupt?.requested) throw new Interrupted(`interrupted by ${interrupt.signal}`);
      bytes += length;
      yield length === CHUNK_BYTES ? buffer : buffer.subarray(0, length);
      if (chunks % CHUNKS_PER_TURN === 0) await setImmediate();
    }
  } finally {
    closeSync(file);
  }
}

/** Standard input, or a pipe that has a name: its bytes as soon as they come. */
async function* pipeChunks(path: string, interrupt: Interrupt | null): AsyncGenerator<Uint8Array> {
  try {
    const stream = await openPipe(path, interrupt);
    if (interrupt !== null) addAbortSignal(interrupt.over, stream);
    interrupt?.wait();
    for await (const chunk of stream) {
      yield plain(chunk as Buffer);
      interrupt?.wait();
    }
  } catch (error) {
    if (!interrupt?.over.aborted) throw new InputError(reasonOf(error));
  }
}

/** Waits for whoever writes into it. */
async function openPipe(path: string, interrupt: Interrupt | null): Promise<Readable> {
  // By whatever name: where it is a socket, it cannot be opened again.
  if (isSameFile(path, '-')) return process.stdin;
  // Another writer ends the waiting for the first one.
  const giveUp = () => closeSync(openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
  interrupt?.over.addEventListener('abort', giveUp);
  interrupt?.wait();
  const file = await promisify(open)(path, 'r');
  interrupt?.over.removeEventListener('abort', giveUp);
  // Not a file stream: its read cannot be interrupted while nothing comes.
  const { Socket } = await import('node:net');
  return new Socket({ fd: file, readable: true, writable: false });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'a directory, not a file',
  EIO: 'the device reports a read error (EIO)',
};

/** Why a file cannot be opened or read, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}

async function* unzstd(
  packed: AsyncIterable<Uint8Array>,
  interrupt: Interrupt | null,
): AsyncGenerator<Uint8Array> {
  // Loaded only when needed: it would delay every start.
  const { Decompress } = await import('fzstd');
  const unpacked: Uint8Array[] = [];
  const stream = new Decompress((chunk) => unpacked.push(chunk));
  let offset = 0;
  let failure: unknown = null;
  const push = (chunk: Uint8Array, isLast: boolean) => {
    try {
      stream.push(chunk, isLast);
    } catch (error) {
      failure = error;
    }
  };
  for await (const chunk of packed) {
    // The library keeps what it has not used yet, and the chunk's bytes will be reused.
    push(chunk.slice(), false);
    yield* unpacked.splice(0);
    if (failure !== null) throw damaged('zstd', offset, (failure as Error).message);
    offset += chunk.length;
  }
  if (interrupt?.requested) return;
  push(new Uint8Array(0), true);
  yield* unpacked.splice(0);
  if (failure !== null) throw damaged('zstd', offset, (failure as Error).message);
}
