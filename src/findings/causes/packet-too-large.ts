import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import { cutOffTexts } from '../drivers.ts';
import { OF_ANSWERED, OF_TOLD } from '../outcomes.ts';
import { answeredByError, toldByError } from '../server-error.ts';

/** ER_NET_PACKET_TOO_LARGE */
const TOO_LARGE = 1153;

/** A part of a statement holds as many bytes at most. */
const PART_BYTES = 0xff_ffff;

/** C17: max_allowed_packet of the server. */
export const packetTooLarge: CauseSpec = {
  id: 'packet-too-large',
  rule: 'unread-error',
  severity: 'error',
  also: [...OF_TOLD, ...OF_ANSWERED],
  title: "A statement is larger than the server's max_allowed_packet.",
  advice: {
    client:
      'send less in one statement: fewer rows in a multi-row INSERT, large values in pieces (COM_STMT_SEND_LONG_DATA, LOAD DATA). Some drivers have a limit of their own (max_allowed_packet, maxAllowedPacket), which must be as high.',
    server:
      'raise max_allowed_packet (SET GLOBAL, for connections from then on; at most 1 GiB), in the configuration, too.',
  },
  drivers: cutOffTexts({
    code: TOO_LARGE,
    sqlState: '08S01',
    message: "Got a packet bigger than 'max_allowed_packet' bytes",
  }),
  page: {
    about: [
      'A server refuses a statement that is larger than max_allowed_packet as soon as the header of one of its 16 MiB parts says so, while the client is still sending. It sends ERR 1153 and closes. The ERR carries the server\'s own counter: 1 where the first part is too large, k where k parts were read, which is behind the client\'s counter. So a driver that gets to read it says "got 2 expected 3"; mostly it does not get there, because its next write meets a broken pipe or a reset, which throws away what has not been read. Then the capture alone shows the reason.',
      'Data sent ahead with COM_STMT_SEND_LONG_DATA is refused later, in answer to the COM_STMT_EXECUTE, and the connection goes on.',
    ],
    lookAlikes: [
      'server-read-timeout: the client stalls in the midst of a statement; ERR 1159.',
      'client-packet-limit: the same limit at the other side, for answers.',
      'A driver that refuses to send so much ("Packet for query is too large") sends nothing at all.',
    ],
    ladder: [
      { from: 'client', text: 'COM_QUERY (0), first part' },
      { from: 'server', text: 'ERR 1153 (1), closes' },
      { from: 'client', text: 'goes on sending' },
      { from: 'client', text: 'broken pipe, or got 1 expected 2', quiet: true },
    ],
    fixture: 'causes/statement-too-big-mysql',
    twin: 'causes/statement-fits-mysql',
  },
  diagnose: (subject) => {
    const isMeant = ({ code }: { code: number }) => code === TOO_LARGE;
    const size = sizeOf(subject);
    const limit = limitOf(subject, size);
    const why = `the statement${size === null ? '' : ` of ${size} bytes`} is larger than the server's max_allowed_packet${limit === '' ? '' : ` (${limit})`}, and the server refused it`;
    const told =
      toldByError(subject, isMeant, `${why} before it had read all of it`) ??
      answeredByError(subject, isMeant, why);
    return told === null ? null : withLimit(told, limit);
  },
};

function withLimit(diagnosis: Diagnosis, limit: string): Diagnosis {
  if (limit === '') return diagnosis;
  const { client, server } = packetTooLarge.advice;
  return {
    ...diagnosis,
    advice: { client: client!, server: `${server!.slice(0, -1)}: it is ${limit}.` },
  };
}

/** As announced by the headers that came; null where only some of them did. */
function sizeOf({ facts }: Subject): number | null {
  const { mismatches, unread, clientPartial, lastError, lastRequest } = facts;
  const whole = mismatches[0]?.readFor ?? null;
  if (whole !== null && mismatches[0]!.packet.error?.code === TOO_LARGE) return whole.length;
  const told = unread.find(({ packet }) => packet.error?.code === TOO_LARGE);
  const isAnswer = told === undefined && lastError?.error?.code === TOO_LARGE;
  const part = isAnswer
    ? (lastRequest?.length ?? null)
    : (told?.interrupted?.length ?? clientPartial?.length ?? null);
  // A full part is followed by another one.
  return part === null || part % PART_BYTES === 0 ? null : part;
}

/** The ERR's number says how many parts the server had let pass: the limit lies between those and the next. */
function limitOf({ facts }: Subject, size: number | null): string {
  const packets = [
    ...facts.mismatches.map(({ packet }) => packet),
    ...facts.unread.map(({ packet }) => packet),
    ...(facts.lastError === null ? [] : [facts.lastError]),
  ];
  const told = packets.find(({ error }) => error?.code === TOO_LARGE);
  if (told === undefined || told.sequenceId < 1) return '';
  const parts = told.sequenceId;
  const above = (parts - 1) * PART_BYTES;
  const below = Math.min(parts * PART_BYTES, size ?? Number.POSITIVE_INFINITY);
  return above === 0 ? `at most ${below}` : `between ${above} and ${below}`;
}
