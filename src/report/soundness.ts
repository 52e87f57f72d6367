import type { CaptureSummary, Report } from '../analysis/report.ts';
import type { FileFault } from '../capture/record.ts';
import { count } from './count.ts';

/** Something that limits what can be said of a capture. */
interface Limit {
  readonly number: (quality: CaptureSummary['quality']) => number;
  readonly noun: string;
  readonly what: string;
  /** What it hides may be what a finding would be about: a clean verdict rests on nothing. */
  readonly isUnsound: boolean;
}

/** The first of them stand in the line of the quality. */
const TOLD_AS_QUALITY = 2;

/**
 * One line adds a limit. A connection that began before the capture hides nothing of what the capture has,
 * and one in TLS nothing of the others: they leave the verdict sound as long as anything could be read.
 */
const LIMITS: readonly Limit[] = [
  { number: (q) => q.gapBytes, noun: 'byte', what: 'missing', isUnsound: true },
  { number: (q) => q.malformed, noun: 'packet', what: 'malformed', isUnsound: true },
  {
    number: (q) => q.skippedBytes,
    noun: 'byte',
    what: 'not read: no packet could be told to start there',
    isUnsound: false,
  },
  { number: (q) => q.truncated, noun: 'segment', what: 'cut by the snap length', isUnsound: true },
  { number: (q) => q.fragments, noun: 'IP fragment', what: 'not put together', isUnsound: true },
  {
    number: (q) => q.unfilledChecksums,
    noun: 'packet',
    what: 'left out whose checksum the network card was to fill in: --verify-checksums is not for a capture of the sending host',
    isUnsound: true,
  },
  {
    number: (q) => q.badChecksums - q.unfilledChecksums,
    noun: 'packet',
    what: 'left out because of a wrong checksum',
    isUnsound: false,
  },
  {
    number: (q) => q.encrypted,
    noun: 'connection',
    what: 'went on in TLS, not decrypted',
    isUnsound: false,
  },
  {
    number: (q) => q.unread,
    noun: 'connection',
    what: 'could not be read to the end',
    isUnsound: false,
  },
  {
    number: (q) => q.midstream,
    noun: 'connection',
    what: 'began before the capture',
    isUnsound: false,
  },
  {
    number: (q) => q.oneSided,
    noun: 'connection',
    what: 'captured in one direction only',
    isUnsound: false,
  },
  {
    number: (q) => q.notMysql,
    noun: 'connection',
    what: "of another protocol on a port named as MySQL's",
    isUnsound: false,
  },
  {
    number: (q) => q.timeReversals,
    noun: 'frame',
    what: 'a second or more earlier than one before: files put one after another, or a clock that was set (`reordercap` puts them in order)',
    isUnsound: false,
  },
  {
    number: (q) => q.forcedGaps,
    noun: 'gap',
    what: 'declared because too much waited behind it',
    isUnsound: true,
  },
  {
    number: (q) => q.connectionsLetGo,
    noun: 'connection',
    what: 'let go while open, because there were too many',
    isUnsound: true,
  },
  {
    number: (q) => q.connectionsUnlisted,
    noun: 'connection',
    what: 'more without a single byte, not listed',
    isUnsound: false,
  },
  {
    number: (q) => q.unknownLinkFrames,
    noun: 'frame',
    what: 'of a link type that mywire does not read',
    isUnsound: true,
  },
];

/** What limits what can be said, beside the bytes that are missing. */
export function limitsOf(report: Report): string[] {
  return [
    ...faultTexts(report),
    ...noteTexts(report),
    ...textsOf(report.capture, LIMITS.slice(TOLD_AS_QUALITY)),
  ];
}

/** Why a file was not read to its end, and where it stopped. */
export function faultText({ message, offset }: FileFault): string {
  return offset === null || offset === 0 ? message : `${message} (byte ${offset})`;
}

/** The same of all files; of several, which. */
export function faultTexts({ faults }: Report): string[] {
  return textsOfFiles(faults.map((fault) => (fault === null ? [] : [fault])));
}

/** What there is to say of files that were read on; `isUnsound`: only what may have lost frames. */
function noteTexts({ notes }: Report, isUnsound = false): string[] {
  return textsOfFiles(notes.map((own) => own.filter((note) => note.isUnsound || !isUnsound)));
}

function textsOfFiles(files: readonly (readonly FileFault[])[]): string[] {
  return files.flatMap((faults, file) =>
    faults.map((fault) => `${files.length === 1 ? '' : `file ${file + 1}: `}${faultText(fault)}`),
  );
}

/** Why no findings would not mean that nothing broke; empty where it would. */
export function unsoundness(report: Report): string[] {
  return [...faultTexts(report), ...unsoundnessOfWhatWasRead(report)];
}

export function unsoundnessOfWhatWasRead(report: Report): string[] {
  const { capture, conversations } = report;
  const isReadable = conversations.some(
    ({ status, packets, tls, unread }) =>
      status === 'mysql' && packets > 0 && (tls === null || tls.decrypted) && unread === null,
  );
  const unsound = [
    ...noteTexts(report, true),
    ...textsOf(
      capture,
      LIMITS.filter((limit) => limit.isUnsound),
    ),
  ];
  return isReadable ? unsound : [nothingRead(capture), ...unsound];
}

/**
 * Whether a driver that complained of a sequence id has to look at itself: all of the capture was read, and no
 * command left before the answer to the one before had come.
 */
export function isInLockstep({ capture, conversations, faults }: Report): boolean {
  return (
    faults.every((fault) => fault === null) &&
    textsOf(capture, LIMITS).length === 0 &&
    conversations.every(({ facts }) => facts.overlapCount === 0)
  );
}

function nothingRead({ mysqlConnections, quality }: CaptureSummary): string {
  if (mysqlConnections === 0) return 'no MySQL was found';
  return quality.encrypted === mysqlConnections
    ? 'all MySQL went on in TLS, not decrypted'
    : 'no MySQL connection could be read to the end';
}

function textsOf({ quality }: CaptureSummary, limits: readonly Limit[]): string[] {
  return limits
    .filter(({ number }) => number(quality) > 0)
    .map(({ number, noun, what }) => `${count(number(quality), noun)} ${what}`);
}
