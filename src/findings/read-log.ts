import { mayHaveMessage, type Reading, readMessage } from './read-message.ts';

/** A message that a log has, and how often. */
export interface LogMessage {
  readonly reading: Reading;
  /** Of its first, from 1. */
  readonly line: number;
  readonly times: number;
}

/** What a log says to who knows the protocol. */
export interface LogReading {
  readonly lines: number;
  /** What tells most comes first, and of that what is there most often. */
  readonly messages: readonly LogMessage[];
}

/** Characters of one entry that are read, with its stack trace: none is longer by far. */
const MAX_ENTRY = 64 * 1024;
/** Different messages that are counted: a log has some dozens at most. */
const MAX_MESSAGES = 1000;

/** What begins a line that goes on with the entry before it: a stack trace, or what Connector/J says in several lines. */
const GOES_ON = /^(?:[\s}\])]|$|Caused by|The last packet )/;
/** Time and process, as journalctl puts them before each line. */
const STAMP = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ \S+: /;

/** Reads a log of any length, as its pieces come. */
export class LogReader {
  private rest = '';
  private entry = '';
  private entryLine = 0;
  private lines = 0;
  private readonly messages = new Map<
    string,
    { -readonly [K in keyof LogMessage]: LogMessage[K] }
  >();

  push(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop()!;
    for (const line of lines) this.line(line);
    // A line without an end is read in pieces.
    if (this.rest.length > MAX_ENTRY) {
      this.line(this.rest, false);
      this.rest = '';
    }
  }

  end(): LogReading {
    if (this.rest !== '') this.line(this.rest);
    this.read();
    const messages = [...this.messages.values()].sort(
      (a, b) => Number(a.reading.isVague) - Number(b.reading.isVague) || b.times - a.times,
    );
    return { lines: this.lines, messages };
  }

  private line(line: string, isWhole = true): void {
    const text = line.replace(STAMP, '');
    if (!GOES_ON.test(text) || this.entry.length > MAX_ENTRY) this.read();
    if (this.entry === '') this.entryLine = this.lines + 1;
    this.entry += `${text}\n`;
    if (isWhole) this.lines += 1;
  }

  /** The entry is complete. */
  private read(): void {
    const reading = mayHaveMessage(this.entry.toLowerCase()) ? readMessage(this.entry) : null;
    this.entry = '';
    if (reading === null) return;
    const { by, text, numbers, causes } = reading;
    const key =
      numbers === null ? `${by} ${causes.map(({ id }) => id).join(' ')}` : `${by} ${text}`;
    const known = this.messages.get(key);
    if (known !== undefined) known.times += 1;
    else if (this.messages.size < MAX_MESSAGES) {
      this.messages.set(key, { reading, line: this.entryLine, times: 1 });
    }
  }
}
