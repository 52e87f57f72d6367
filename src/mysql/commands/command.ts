import type { Decode } from '../messages/message.ts';
import type { ReplyState } from '../transitions.ts';

/** A command of the command phase: what its first byte says, and what may answer it. */
export interface Command {
  readonly code: number;
  readonly name: `COM_${string}`;
  /** The state in which the server's answer starts; null for commands that nobody answers. */
  readonly reply: ReplyState | null;
  /** Reads the payload from its first byte on; a command without is only named. */
  readonly decode?: Decode;
}
