import type { Meaning } from './meanings.ts';

/** The sequence ids that a driver's message names; null where it names one of them alone. */
export interface Numbers {
  readonly got: number;
  readonly expected: number;
  /** It is the server, or a proxy in its place, that found a client's packet wrong. */
  readonly byServer: boolean;
}

export interface NumbersMeaning extends Meaning {
  /** The numbers, as the documentation names them. */
  readonly shown: string;
}

interface NumbersRule extends NumbersMeaning {
  matches(got: number, expected: number): boolean;
}

/** Below, no text starts: control characters. */
const FIRST_PRINTABLE = 32;
/** A statement of 1 GiB, the most that any server takes, has so many parts of 16 MiB. */
const MAX_PARTS = 65;

/** Of packets that a server sends. The first that matches. */
const READ_BY_CLIENT: readonly NumbersRule[] = [
  {
    shown: 'equal numbers',
    matches: (got, expected) => got === expected,
    means:
      'Equal numbers are proof of two users: between the comparison and the message somebody else moved the counter on.',
    causes: ['shared-connection'],
  },
  {
    shown: 'got 1, expected 0',
    matches: (got, expected) => got === 1 && expected === 0,
    means:
      'Where the greeting (0) was due came an ERR that says why the server does not want this connection. MariaDB 10.2 to 10.4 numbered it 1, so the driver hid its text. Or it was the four bytes with which the Sphinx API starts.',
    causes: [
      'too-many-connections',
      'host-not-allowed',
      'host-blocked',
      'refused',
      'not-mysql-server',
    ],
  },
  {
    shown: 'got 2 or more, expected 0',
    matches: (_, expected) => expected === 0,
    means:
      'The greeting (0) was due, and what came is no MySQL packet: the number is the fourth byte of another protocol’s first line (80 is the P of "HTTP", 45 the dash of "SSH-").',
    causes: ['not-mysql-server'],
  },
  {
    shown: 'got 1, expected 2',
    matches: (got, expected) => got === 1 && expected === 2,
    means:
      'The reply to the login (2) was due. What came is an ERR that the server sent before it had read the login: it carries the server’s own counter, which stood at 1, and the driver hid its text.',
    causes: ['login-timeout', 'login-held-up', 'proxy-header', 'misnumbered-by-client'],
  },
  {
    shown: 'got 0, expected 1 or more',
    matches: (got, expected) => got === 0 && expected > 0,
    means:
      'An ERR that nobody asked for was waiting (0: it answers no command) when the driver looked for an answer. The server sent it because it was about to close the connection, and the driver hid its text. What was expected is 1 behind a new command, or whatever the exchange before had come to.',
    causes: ['idle-timeout', 'killed', 'server-stopped', 'offline-mode', 'server-error'],
  },
  {
    shown: 'got 2, expected 1',
    matches: (got, expected) => got === 2 && expected === 1,
    means:
      'A new command’s answer starts at 1. This one goes on counting from the exchange before, or it is a packet of the answer before that nobody had read.',
    causes: [
      'server-never-resets',
      'stale-answer',
      'proxy-pipelining',
      'shared-connection',
      'server-numbering',
    ],
  },
  {
    shown: 'got 2 or more, expected a little more',
    matches: (got, expected) => got >= 2 && got < expected && expected <= MAX_PARTS,
    means:
      'The driver had counted further than the server: it sent a command in several parts of 16 MiB, and the server gave up before it had read them all. Its ERR carries the server’s own counter. Where no command is that large, another user of the same connection moved the counter on.',
    causes: ['packet-too-large', 'server-read-timeout', 'shared-connection'],
  },
  {
    shown: 'got 1, expected more',
    matches: (got, expected) => got === 1 && expected > 2,
    means:
      'In the middle of one answer came the first packet (1) of another one: somebody else had sent a command on the same connection. An ERR that the server sends when it closes can be numbered 1, too.',
    causes: ['shared-connection', 'packet-too-large', 'killed', 'server-stopped'],
  },
  {
    shown: 'got 3 to 31, expected 1',
    matches: (got, expected) => expected === 1 && got < FIRST_PRINTABLE,
    means:
      'A new command’s answer starts at 1. A number that is off by as much each time comes from a counter that is never reset: there is a proxy or something else that only speaks the protocol. Numbers that change come from two users of one connection.',
    causes: ['server-never-resets', 'shared-connection', 'server-numbering'],
  },
  {
    shown: 'any other numbers',
    matches: () => true,
    means:
      'The driver took bytes from the middle of a packet for a header, or another answer’s packet for its own: two readers share one connection, or one gave up in the middle of an answer and the next went on there.',
    causes: [
      'shared-connection',
      'cancelled-and-reused',
      'stale-answer',
      'server-never-resets',
      'server-numbering',
    ],
  },
];

/** Of packets that a client sends, as a server or proxy finds them. */
const READ_BY_SERVER: readonly NumbersRule[] = [
  {
    shown: 'a server got 32 or more, expected 1',
    matches: (got) => got >= FIRST_PRINTABLE,
    means:
      'The login (1) was due, and what came is no MySQL packet: the number is the fourth byte of something else (32 is the space in "GET /", 84 the T of "POST").',
    causes: ['not-mysql-client', 'proxy-header', 'client-numbering'],
  },
  {
    shown: 'a server got another number',
    matches: () => true,
    means:
      'The client, or a proxy in its place, numbered a packet otherwise than the server counts: a command starts at 0, and the login and what follows it goes on from the greeting.',
    causes: ['client-numbering', 'infile-broken-off', 'wrong-splitting', 'compressed-numbering'],
  },
];

export function meaningOf({ got, expected, byServer }: Numbers): NumbersMeaning {
  const rules = byServer ? READ_BY_SERVER : READ_BY_CLIENT;
  return rules.find((rule) => rule.matches(got, expected))!;
}

/** All of them, for the documentation. */
export const NUMBERS: readonly NumbersMeaning[] = [...READ_BY_CLIENT, ...READ_BY_SERVER];
