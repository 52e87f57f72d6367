import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { PacketCount } from './packet-count.ts';
import { isClosing, type ServerStep } from './steps.ts';

/** Does again, to one client, what a captured server did. The client's packets drive it, no clock does. */
export class ReplayServer {
  readonly #server: Server;
  readonly #steps: readonly ServerStep[];
  readonly #sent = new PacketCount();
  #done = 0;
  /** Packets that the client has sent, or is about to. */
  #announced = 0;
  #socket: Socket | null = null;
  #isBusy = false;
  #isOver = false;
  #onProgress = () => {};

  private constructor(steps: readonly ServerStep[]) {
    this.#steps = steps;
    // Half open, it reads on after its FIN: closing at once would reset what the client still sends.
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket));
  }

  static async listen(steps: readonly ServerStep[]): Promise<ReplayServer> {
    const replay = new ReplayServer(steps);
    await once(replay.#server.listen(0, '127.0.0.1'), 'listening');
    return replay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /**
   * The client is about to send the last of `packets` packets: waits until the server has done all that it did before,
   * and returns whether the client is to see first that it has closed.
   */
  async beforePacket(packets: number): Promise<boolean> {
    const until = this.#steps.findIndex((step) => step.kind === 'wait' && step.packets >= packets);
    const target = until < 0 ? this.#steps.length : until;
    this.#announced = packets;
    if (this.#socket !== null) this.#goOn(this.#socket);
    await new Promise<void>((resolve) => {
      this.#onProgress = () => {
        if (this.#done >= target || this.#isOver) resolve();
      };
      this.#onProgress();
    });
    const done = this.#steps.slice(0, target);
    return done.some(isClosing) && !done.some(({ kind }) => kind === 'hold');
  }

  close(): void {
    this.#server.close();
  }

  #serve(socket: Socket): void {
    this.#socket = socket;
    socket.setNoDelay();
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#isOver = true;
      this.#onProgress();
    });
    socket.on('data', (bytes: Buffer) => {
      this.#sent.push(bytes);
      this.#goOn(socket);
    });
    socket.on('end', () => socket.end());
    this.#goOn(socket);
  }

  async #goOn(socket: Socket): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (; this.#done < this.#steps.length; this.#done++) {
      const step = this.#steps[this.#done]!;
      if (step.kind === 'wait' && this.#sent.packets < step.packets) break;
      if (step.kind === 'hold' && this.#announced < step.packets) break;
      if (step.kind === 'send') socket.write(step.bytes);
      if (step.kind === 'fin') socket.end();
      if (step.kind === 'reset') {
        // A driver in this process has then read what was sent: what a reset meets unread may be lost.
        await setImmediate();
        await setImmediate();
        socket.resetAndDestroy();
      }
    }
    // What the captured server would have said next nobody knows: its client had gone.
    if (this.#done === this.#steps.length) socket.end();
    this.#isBusy = false;
    this.#onProgress();
  }
}
