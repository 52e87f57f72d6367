import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { concat } from '../build/bytes.ts';

/** What one side wrote at a time. */
export interface Run {
  readonly fromClient: boolean;
  readonly bytes: Uint8Array;
}

/** A TLS connection as a capture has it, and what went through it. */
export interface Recording {
  readonly runs: readonly Run[];
  readonly keyLog: Uint8Array;
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  readonly cipher: string;
  readonly isResumed: boolean;
  /** To resume with. */
  readonly session: Buffer;
}

const pem = (name: string) => readFileSync(join(import.meta.dirname, 'certificates', name));

/** Made for these tests with `openssl req -x509 -nodes`; they secure nothing. */
export const RSA = { key: pem('rsa-key.pem'), cert: pem('rsa-cert.pem') };
export const ECDSA = { key: pem('ecdsa-key.pem'), cert: pem('ecdsa-cert.pem') };

/** One end of a connection in memory. */
class End extends Duplex {
  readonly #onWrite: (bytes: Buffer) => void;
  peer: End | null = null;

  constructor(onWrite: (bytes: Buffer) => void) {
    super();
    this.#onWrite = onWrite;
  }

  override _read(): void {}

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.#onWrite(bytes);
    this.peer!.push(bytes);
    done();
  }

  override _final(done: () => void): void {
    this.peer!.push(null);
    done();
  }
}

/** Lengths of what goes back and forth: up to more than one record. */
const LENGTHS = [1, 300, 20_000, 5];

const content = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, i) => (i * seed + (i >> 8)) & 0xff);

export function newServer(options: tls.TlsOptions = {}): tls.Server {
  return tls.createServer({ ...RSA, ...options });
}

/** What the client asks, and what the server answers to each. */
export type Talk = readonly (readonly [question: Uint8Array, answer: Uint8Array])[];

const TALK: Talk = LENGTHS.map((length) => [content(length, 7), content(length, 11)]);

/** Client and server of Node: the client asks, the server answers each, and closes. */
export async function record(
  server: tls.Server,
  options: tls.ConnectionOptions & { readonly renegotiate?: true } = {},
  talk: Talk = TALK,
): Promise<Recording> {
  const runs: Run[] = [];
  const keyLog: Buffer[] = [];
  const ends = [true, false].map(
    (fromClient) => new End((bytes) => runs.push({ fromClient, bytes: Uint8Array.from(bytes) })),
  ) as [End, End];
  ends[0].peer = ends[1];
  ends[1].peer = ends[0];

  const questions = talk.map(([question]) => question);
  const answers = talk.map(([, answer]) => answer);
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', async (socket) => {
    for (const [i, question] of questions.entries()) {
      await receive(socket, question.length);
      socket.write(answers[i]!);
    }
    socket.end();
  });
  server.emit('connection', ends[1]);
  const client = tls.connect({
    socket: ends[0],
    rejectUnauthorized: false,
    servername: 'db.example',
    ...options,
  });
  client.on('keylog', (line) => keyLog.push(line));
  let session = Buffer.alloc(0);
  client.on('session', (fresh) => {
    session = fresh;
  });
  await new Promise<void>((resolve, reject) => {
    client.once('secureConnect', resolve).once('error', reject);
    server.once('tlsClientError', reject);
  });
  for (const [i, question] of questions.entries()) {
    if (i === 2 && options.renegotiate) {
      await new Promise<void>((resolve, reject) => {
        const { renegotiate: _, ...rest } = options;
        client.renegotiate(rest, (error) => (error ? reject(error) : resolve()));
      });
    }
    client.write(question);
    await receive(client, answers[i]!.length);
  }
  const recording = {
    runs,
    keyLog: Uint8Array.from(Buffer.concat(keyLog)),
    client: concat(...questions),
    server: concat(...answers),
    cipher: client.getCipher().standardName,
    isResumed: client.isSessionReused(),
  };
  client.end();
  client.resume();
  await new Promise((resolve) => client.once('close', resolve));
  return { ...recording, session };
}

async function receive(socket: tls.TLSSocket, length: number): Promise<void> {
  let left = length;
  while (left > 0) {
    const chunk: Buffer | null = socket.read();
    if (chunk !== null) left -= chunk.length;
    else await new Promise((resolve) => socket.once('readable', resolve));
  }
}
