import type { Malformed } from '../../mysql/facts.ts';
import { isInferred } from '../../mysql/session.ts';
import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import { errorTexts } from '../drivers.ts';
import { describe, inOrder, several } from '../words.ts';
import { shown } from './malformed-answer.ts';

/** ER_UNKNOWN_COM_ERROR, ER_UNKNOWN_STMT_HANDLER */
const UNKNOWN_COMMAND = 1047;
const UNKNOWN_STATEMENT = 1243;

/** C20: the client's packet is not shaped as the protocol has it, or the server says so. */
export const malformedCommand: CauseSpec = {
  id: 'malformed-command',
  rule: 'malformed-command',
  severity: 'error',
  also: [
    {
      rule: 'malformed-command',
      severity: 'warning',
      when: 'bytes are left over behind all fields, or the server does not know the command or the statement',
    },
  ],
  title:
    'A packet of the client is not shaped as it must be, or the server can make nothing of it.',
  advice: {
    client:
      'the library writes the packet wrongly: update it, or report this capture to its authors; until then avoid what it gets wrong (client-side instead of prepared statements, another type, fewer connection attributes).',
    between: 'a proxy that speaks for the client may be what writes it wrongly.',
  },
  drivers: errorTexts({
    code: 1835,
    sqlState: 'HY000',
    message: 'Malformed communication packet',
  }),
  page: {
    about: [
      'A server reads what it is sent by the capabilities that the login has announced: with CLIENT_PLUGIN_AUTH a login names its plugin, with CLIENT_CONNECT_ATTRS its attributes stand behind their length, and a COM_STMT_EXECUTE has a bitmap, types and values for as many parameters as the PREPARE was answered with.',
      'Where that does not fit, some servers refuse (ERR 1043 Bad handshake at the login, 1047 Unknown command, 1210 Incorrect arguments, 1243 Unknown prepared statement handler, 1835 Malformed communication packet), and others read on: a value is then made of whatever stands in memory behind the packet, and stored. An OK is no proof that the value arrived.',
      'MariaDB has checked the parameters of an execute since 10.2.35 and 10.3.26, and so refuses the mysqlnd of PHP before 7.3, which older versions took as it came.',
    ],
    lookAlikes: [
      'client-numbering: the packet is right, and its number is not.',
      'wrong-length: the packet’s own header has a wrong length.',
      'An ERR 1064 or 1210 in answer to a statement: the text was wrong, not the packet.',
    ],
    ladder: [
      { from: 'client', text: 'COM_STMT_PREPARE (0): INSERT INTO t VALUES (?, ?)' },
      { from: 'server', text: 'PREPARE_OK (1): 2 parameters' },
      { from: 'client', text: 'COM_STMT_EXECUTE (0): LONG, TIME of length 1' },
      { from: 'server', text: 'ERR 1835 (1), or OK and rubbish stored' },
    ],
    fixture: 'built/malformed-commands',
    twin: 'built/commands-whole',
  },
  diagnose: (subject) => misshapen(subject) ?? complaint(subject),
};

function misshapen({ facts }: Subject): Diagnosis | null {
  const { commands } = facts.malformed;
  const [first] = commands;
  if (first === undefined) return null;
  const { packet, what, refusal } = first;
  // What has another number than is due may be something else altogether, and what has no user is no login.
  if (facts.mismatches[0]?.packet.frame === packet.frame || NO_LOGIN.has(first.field)) return null;
  return {
    frame: packet.frame,
    fromClient: true,
    message: `Malformed ${packet.type}: ${what}`,
    summary: `${whatIsWrong(first)} ${outcome(first)}`,
    certainty: 'proven',
    severity: first.isLeftOver && refusal === null ? 'warning' : 'error',
    evidence: inOrder([
      ...commands.map((each) => ({
        frame: each.packet.frame,
        text: `the client sends ${describe(each.packet)} of ${several(each.packet.length, 'byte')}: ${each.what}${shown(each.bytes)}`,
      })),
      ...commands.flatMap((each) =>
        each.refusal === null
          ? []
          : [{ frame: each.refusal.frame, text: `the server answers ${describe(each.refusal)}` }],
      ),
    ]),
    ...(refusal?.error && { drivers: errorTexts(refusal.error) }),
    occurrences: commands.length,
    key: `${packet.type} ${first.field}`,
  };
}

/** The head of a login, which every one has. */
const NO_LOGIN: ReadonlySet<string> = new Set(['capabilities', 'maxPacketSize', 'reserved']);

function outcome({ packet, refusal }: Malformed): string {
  if (refusal !== null) return `The server refused it: ${describe(refusal)}.`;
  return packet.type === 'COM_STMT_EXECUTE'
    ? 'The server took it all the same: what it made of the parameters, and may have stored, is not what the client meant.'
    : 'The server may read it otherwise than the client meant, or wait for the rest.';
}

/** By the field that is not there: what announced it. */
const ANNOUNCED: Readonly<Partial<Record<string, string>>> = {
  authPlugin: 'CLIENT_PLUGIN_AUTH was agreed on, so the name of the auth plugin is due here',
  'authPlugin that is no text':
    'CLIENT_PLUGIN_AUTH was agreed on, so the name of the auth plugin is due here',
  collation: 'a collation of two bytes is due here',
  'attributes beyond their own length':
    'the length of the connection attributes is less than they have: one that was cut to a byte, or counted without some of them',
};

/** Of every execute. */
const HEAD: ReadonlySet<string> = new Set(['statementId', 'flags', 'iterations']);

function whatIsWrong({ packet, field, what, isLeftOver }: Malformed): string {
  const why = ANNOUNCED[field];
  const because = why === undefined ? '' : `; ${why}`;
  if (packet.type === 'COM_STMT_EXECUTE' && !HEAD.has(field)) {
    return `The parameters of a COM_STMT_EXECUTE, read by the types and lengths that it gives, do not fill the packet of ${several(packet.length, 'byte')}: ${what}.`;
  }
  return isLeftOver
    ? `The client's ${packet.type} has all its fields, and more behind them: ${what}${because}.`
    : `The client's ${packet.type} does not have the fields that it announces: ${what}${because}.`;
}

/** Its shape is right, as far as that is looked at, and the server says that it can make nothing of it. */
function complaint({ facts, session }: Subject): Diagnosis | null {
  if (facts.complaint === null || facts.bytesMissing) return null;
  const { packet, request, closedBy } = facts.complaint;
  const { code } = packet.error;
  return {
    frame: packet.frame,
    fromClient: false,
    message: `The server could make nothing of ${request.type}: ${describe(packet)}`,
    summary: `The server answered the client's ${request.type} with ${describe(packet)}. ${
      code === UNKNOWN_STATEMENT
        ? unknownStatement(closedBy !== null)
        : code === UNKNOWN_COMMAND
          ? 'It does not know this command, or not any more: MySQL has removed several, and proxies leave some out.'
          : 'Nothing is wrong with its shape as far as that can be seen here: it does not fit what the server knows of the statement, or something between has changed it.'
    }`,
    certainty: 'proven',
    // Where the handshake is missing, nobody has looked at shapes: another fault may lie behind it.
    severity:
      code === UNKNOWN_COMMAND || code === UNKNOWN_STATEMENT || isInferred(session)
        ? 'warning'
        : 'error',
    evidence: inOrder([
      ...(closedBy === null
        ? []
        : [
            {
              frame: closedBy.frame,
              text: `the client had closed the statement: ${describe(closedBy)}`,
            },
          ]),
      {
        frame: request.frame,
        text: `the client sends ${describe(request)} of ${several(request.length, 'byte')}`,
      },
      { frame: packet.frame, text: `the server answers ${describe(packet)}` },
    ]),
    drivers: errorTexts(packet.error),
    key: `code=${code}`,
  };
}

function unknownStatement(wasClosed: boolean): string {
  return wasClosed
    ? 'The client had closed that statement before, on this very connection.'
    : 'No statement of that number was prepared on this connection: it belongs to another one (a pool or proxy that mixes them up), or was lost when the session was reset.';
}
