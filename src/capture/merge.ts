import { compareTimes, type Frame, frameOf } from './frame.ts';
import type { FramePlaces } from './frame-places.ts';
import { CaptureReader } from './reader.ts';
import {
  type CaptureRecord,
  copyRecord,
  type FileFault,
  type FileNote,
  newRecord,
  type RecordSink,
  type SecretsSink,
} from './record.ts';

/** How the bytes of a file end; where they were `cut`, that is no fault of it; `broken`: they cannot be read on, as it says. */
export type FileEnd = 'whole' | 'cut' | { readonly broken: string; readonly isReadToEnd: boolean };

/** Earlier than any time. */
const UNKNOWN: Frame = { number: 0, seconds: 0, fraction: 0, digits: -1 };

/**
 * Several files as one capture, their records by time; one without a time stamp comes right behind the one
 * before it in its file. Of equal times that of the file which starts earlier is first, so that a recording
 * cut into files is itself again, in whatever order they are named. A file is asked for when its time has
 * come. Frames are counted over all of them.
 *
 * Whoever reads the files gives the next bytes of the one `wanted` until none is.
 */
export class CaptureMerger {
  /** The file whose bytes are needed next; null once all have been read. */
  wanted: number | null = null;
  readonly #files: MergedFile[];
  /** Those that have not been wanted so far, the earliest last. */
  readonly #upcoming: MergedFile[];
  readonly #open: MergedFile[] = [];
  readonly #record = newRecord();
  readonly #sink: RecordSink;
  readonly #places: FramePlaces | null;
  /** The file that is being pushed may hand on what comes before the head of this one. */
  #limit: MergedFile | null = null;

  /**
   * @param starts  of each file its first frame; null where it is not known, or has none
   * @param places  told where each frame is, of several files
   */
  constructor(
    starts: readonly (Frame | null)[],
    sink: RecordSink,
    onSecrets: SecretsSink,
    places: FramePlaces | null = null,
  ) {
    this.#sink = sink;
    this.#places = places;
    this.#files = starts.map((start, number): MergedFile => {
      const take: RecordSink =
        starts.length === 1 ? sink : (record) => this.#take(this.#files[number]!, record);
      return new MergedFile(number, start, new CaptureReader(take, onSecrets));
    });
    this.#upcoming = this.#files.toSorted((a, b) => (isBefore(a, b) ? 1 : -1));
    this.#advance();
  }

  get files(): number {
    return this.#files.length;
  }

  /** What stopped the reading of each file, if anything did. */
  get faults(): (FileFault | null)[] {
    return this.#files.map(({ fault }) => fault);
  }

  /** What there is to say of places of each file at which its reading went on. */
  get notes(): (readonly FileNote[])[] {
    return this.#files.map(({ reader }) => reader.notes);
  }

  /** The files' formats, each once. */
  get formats(): ('pcap' | 'pcapng')[] {
    const formats = this.#files.map(({ reader }) => reader.format);
    return [...new Set(formats.filter((format) => format !== null))].sort();
  }

  /**
   * Takes a file's next bytes, which must stay as they are until it is wanted again. Returns false when
   * it cannot be read on.
   */
  push(number: number, chunk: Uint8Array): boolean {
    const file = this.#files[number]!;
    if (this.#files.length > 1) this.#limit = this.#earliestBeside(file);
    file.push(chunk);
    this.#advance();
    return !file.ended;
  }

  /** A file is not read on. */
  end(number: number, how: FileEnd = 'whole'): void {
    this.#files[number]!.end(how);
    this.#advance();
  }

  #take(file: MergedFile, record: CaptureRecord): void {
    file.start ??= frameOf(record);
    if (file.isEmpty && isDue(record, file, this.#limit)) this.#tell(record, file);
    else file.hold(record);
  }

  #tell(record: CaptureRecord, file: MergedFile): void {
    const number = this.#record.number + 1;
    this.#places?.note(number, file.number, record.number);
    copyRecord(record, this.#record);
    this.#record.number = number;
    this.#sink(this.#record);
  }

  /** Hands on the records that wait, up to where a file's bytes are needed to go on. */
  #advance(): void {
    for (let file = this.#earliest(); file !== null; file = this.#earliest()) {
      if (!file.isEmpty) {
        const limit = this.#earliestBeside(file);
        do this.#tell(file.next(), file);
        while (!file.isEmpty && isDue(file.head, file, limit));
      } else if (file.ended) {
        this.#open.splice(this.#open.indexOf(file), 1);
      } else {
        this.wanted = file.number;
        return;
      }
    }
    this.wanted = null;
  }

  /** The file with the earliest head, which by that is open. */
  #earliest(): MergedFile | null {
    const file = this.#earliestBeside(null);
    if (file !== null && file === this.#upcoming.at(-1)) this.#open.push(this.#upcoming.pop()!);
    return file;
  }

  #earliestBeside(left: MergedFile | null): MergedFile | null {
    let first = this.#upcoming.at(-1) ?? null;
    for (const file of this.#open) {
      if (file !== left && (first === null || isBefore(file, first))) first = file;
    }
    return first;
  }
}

/** One of the files, with the records that have been read but are not due. */
class MergedFile {
  readonly number: number;
  readonly reader: CaptureReader;
  ended = false;
  /** Its first frame, once that is known. */
  start: Frame | null;
  #isRead = false;
  #broken: Exclude<FileEnd, string> | null = null;
  #chunk: Uint8Array | null = null;
  /** Those from `#next` on wait. */
  #records: CaptureRecord[] = [];
  #next = 0;

  constructor(number: number, start: Frame | null, reader: CaptureReader) {
    this.number = number;
    this.start = start;
    this.reader = reader;
  }

  get fault(): FileFault | null {
    const { fault, records: frames } = this.reader;
    if (fault !== null) return fault;
    if (this.#broken === null) return null;
    const { broken, isReadToEnd } = this.#broken;
    const where = frames === 0 || isReadToEnd ? '' : `reading stopped after frame ${frames}: `;
    return { message: where + broken, offset: null, frames };
  }

  get isEmpty(): boolean {
    return this.#records.length === 0;
  }

  /** The next record, or a frame that is no later. */
  get head(): Frame {
    return this.#records[this.#next] ?? (this.#isRead ? UNKNOWN : (this.start ?? UNKNOWN));
  }

  push(chunk: Uint8Array): void {
    this.#isRead = true;
    this.#chunk = chunk;
    this.reader.push(chunk);
    this.ended = this.reader.fault !== null;
  }

  end(how: FileEnd): void {
    if (how === 'whole' || (how !== 'cut' && how.isReadToEnd)) this.reader.finish();
    if (typeof how === 'object') this.#broken = how;
    this.ended = true;
  }

  /** Keeps a record in its chunk; only one that straddled two is copied. */
  hold(record: CaptureRecord): void {
    const held = copyRecord(record, newRecord());
    if (record.bytes !== this.#chunk) {
      held.bytes = record.bytes.slice(record.start, record.end);
      held.start = 0;
      held.end = held.bytes.length;
    }
    this.#records.push(held);
  }

  next(): CaptureRecord {
    const record = this.#records[this.#next++]!;
    if (this.#next === this.#records.length) {
      this.#records = [];
      this.#next = 0;
    }
    return record;
  }
}

function isBefore(a: MergedFile, b: MergedFile): boolean {
  return isDue(a.head, a, b);
}

/** Whether a file's record comes before what the other, if there is one, has next. */
function isDue(record: Frame, file: MergedFile, other: MergedFile | null): boolean {
  if (other === null) return true;
  const order =
    compareTimes(record, other.head) ||
    compareTimes(file.start ?? UNKNOWN, other.start ?? UNKNOWN) ||
    file.number - other.number;
  return order < 0;
}
