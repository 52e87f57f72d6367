import { charsetNamed } from '../../src/bytes/charset.ts';
import { UNPACKERS } from '../../src/io/unpackers.ts';
import { EVENTS } from '../../src/mysql/binlog/index.ts';
import { COMMANDS } from '../../src/mysql/commands/index.ts';
import { collationName } from '../../src/mysql/constants/collations.ts';
import { columnTypeName, TYPE } from '../../src/mysql/constants/column-types.ts';
import { AUTH_PLUGINS } from '../../src/mysql/messages/auth-response.ts';
import { MESSAGES } from '../../src/mysql/messages/index.ts';
import { SESSION_TRACK } from '../../src/mysql/messages/ok.ts';
import type { PacketType } from '../../src/mysql/packet.ts';
import { REPLIES, type ReplyState } from '../../src/mysql/transitions.ts';
import { CIPHER_SUITES, cipherSuite } from '../../src/tls/cipher-suites.ts';
import { TLS_VERSIONS } from '../../src/tls/connection.ts';
import { table } from '../build/markdown.ts';
import type { Occurrences } from './occurrences.ts';

const STATES = table(
  ['state', 'means'],
  [
    ['decoded', 'its fields are in the output, by the names of the [output contract](output.md)'],
    ['decrypted', 'with a key log, what it hides is read as if it were in the clear'],
    ['header only', 'an event of the binary log of which the common header is decoded'],
    ['named', 'its name, its length and its place in the conversation are told, not what it holds'],
  ],
);

const INTRODUCTION = `# What of the protocol is read

Made by \`npm run golden\` from the tables in \`src/\` and from reading every capture in \`fixtures/\`;
\`test/protocol-doc.test.ts\` compares. A line whose capture is missing, or does not show what its state says, fails that test.

${STATES}

Credentials are read for their kind and length only. The fixture is the smallest recorded capture that shows the thing
best: a command that is not refused, a message without a problem. Those under \`built/\` are written from the
specification, because no server that could be recorded sends such a thing.`;

/** What the packets are, by type; the compiler sees to it that none is missing. */
const PACKETS: Readonly<Record<Exclude<PacketType, `COM_${string}`>, string>> = {
  HandshakeV10: 'the greeting',
  HandshakeV9: 'the greeting of servers before 3.21',
  SSLRequest: 'the client wants TLS',
  HandshakeResponse41: 'the login',
  HandshakeResponse320: 'the login of clients before 4.1',
  AuthSwitchRequest: 'another plugin, please',
  AuthMoreData: "the server's word for the plugin",
  AuthNextFactor: 'the next factor, please',
  AuthData: "the client's word for the plugin",
  OK: 'done, with session state',
  ERR: 'refused',
  EOF: 'the end of definitions, or of rows',
  ColumnCount: 'a result set starts',
  ColumnDefinition: 'a column, or a parameter',
  TextRow: 'a row, values as text',
  BinaryRow: 'a row, values in binary',
  StmtPrepareOK: 'prepared: id and counts',
  LocalInfileRequest: "the client's file, please",
  LocalInfileData: 'a part of the file',
  Statistics: 'the answer to COM_STATISTICS',
  BinlogEvent: 'an event of the binary log',
  SemiSyncAck: "a semi-sync replica's acknowledgment",
  Progress: "MariaDB's progress report",
  CloneCommand: 'the recipient of a clone to its donor',
  CloneResponse: 'the donor to the recipient',
  Unknown: 'nothing that may stand there',
};

/** Where the rows of each type may come from: its name in the occurrences. */
const CONTEXTS = ['text', 'binary', 'parameter', 'binlog'] as const;

export interface Page {
  readonly text: string;
  /** What no fixture shows as its line says. */
  readonly missing: readonly string[];
}

/** docs/protocol.md */
export function protocolPage(occurrences: Occurrences): Page {
  const missing: string[] = [];

  const link = (thing: string): string => {
    const { fixture } = occurrences.get(thing)!;
    return `[${fixture}](../fixtures/${fixture})`;
  };

  /** The fixture of a thing, which must show it without a problem unless it cannot be read at all. */
  const cited = (thing: string, isRead: boolean): string => {
    const found = occurrences.get(thing);
    if (found === undefined || (isRead && found.shown === 'unread')) {
      missing.push(thing);
      return '';
    }
    return link(thing);
  };

  const stateLine = (thing: string, state: string): [string, string] => [
    state,
    cited(thing, state !== 'named'),
  ];

  function commands(): string {
    const lines = [...COMMANDS]
      .sort((a, b) => a.code - b.code)
      .map(({ code, name, reply, decode }) => [
        hex(code),
        name,
        reply === null ? 'nothing' : `${reply}: ${answersIn(reply)}`,
        ...stateLine(`command ${name}`, decode === undefined ? 'named' : 'decoded'),
      ]);
    return table(['code', 'command', 'answered by', 'state', 'fixture'], lines);
  }

  function messages(): string {
    const lines = Object.entries(PACKETS).map(([type, meaning]) => [
      type,
      meaning,
      ...stateLine(`message ${type}`, MESSAGES[type] === undefined ? 'named' : 'decoded'),
    ]);
    return table(['packet', 'is', 'state', 'fixture'], lines);
  }

  function plugins(): string {
    const lines = Object.keys(AUTH_PLUGINS).map((plugin) => [
      plugin,
      seen(`step ${plugin} `) || '–',
      seen(`kind ${plugin} `) || 'only in the login',
      ...stateLine(`plugin ${plugin}`, 'decoded'),
    ]);
    return table(
      ['plugin', 'steps of the server', 'what the client sends', 'state', 'fixture'],
      lines,
    );
  }

  /** Everything found whose name starts so, each with its fixture. */
  const seen = (prefix: string): string =>
    [...occurrences.keys()]
      .filter((thing) => thing.startsWith(prefix))
      .sort()
      .map(
        (thing) =>
          `[${thing.slice(prefix.length)}](../fixtures/${occurrences.get(thing)!.fixture})`,
      )
      .join(', ');

  function sessionState(): string {
    const lines = [...SESSION_TRACK].map(([code, name]) => [
      String(code),
      name,
      ...stateLine(`sessionState ${name}`, 'decoded'),
    ]);
    return table(['type', 'name', 'state', 'fixture'], lines);
  }

  function compression(): string {
    const lines = Object.keys(UNPACKERS).map((name) => [
      name,
      ...stateLine(`compression ${name}`, 'decoded'),
    ]);
    return table(['algorithm', 'state', 'fixture'], lines);
  }

  function tlsVersions(): string {
    const lines = [...TLS_VERSIONS].map(([code, name]) => {
      const thing = `tls ${name}`;
      const isRead = occurrences.get(thing)?.shown === 'well';
      return [hex(code, 4), name, ...stateLine(thing, isRead ? 'decrypted' : 'named')];
    });
    return table(['version', 'name', 'state', 'fixture'], lines);
  }

  function ciphers(): string {
    const families = new Map<string, string[]>();
    for (const [code, name] of CIPHER_SUITES) {
      const { bulk } = cipherSuite(code);
      const family = bulk?.cipher ?? /WITH_(NULL|RC4|DES|3DES)/.exec(name)![1]!.toLowerCase();
      families.set(family, [...(families.get(family) ?? []), name]);
    }
    const lines = [...families].sort(byName).map(([family, suites]) => {
      const things = suites.map((name) => `cipher ${name}`);
      const read = things.find((thing) => occurrences.get(thing)?.shown === 'well');
      const isKnown = [...CIPHER_SUITES].some(
        ([code, name]) => name === suites[0] && cipherSuite(code).bulk !== null,
      );
      const thing = read ?? things.find((thing) => occurrences.has(thing)) ?? things[0]!;
      return [
        family,
        String(suites.length),
        ...stateLine(thing, isKnown ? 'decrypted' : 'named'),
        thing.slice('cipher '.length),
      ];
    });
    return table(['cipher', 'suites', 'state', 'fixture', 'with'], lines);
  }

  function columnTypes(): string {
    const lines = Object.values(TYPE)
      .sort((a, b) => a - b)
      .map((type) => [
        String(type),
        columnTypeName(type),
        ...CONTEXTS.map((in_) => typeIn(type, in_)),
      ]);
    return table(
      [
        'code',
        'type',
        'in text rows',
        'in binary rows',
        'as a parameter',
        "in the binary log's table maps",
      ],
      lines,
    );
  }

  function typeIn(type: number, context: (typeof CONTEXTS)[number]): string {
    const thing = `${context} ${columnTypeName(type)}`;
    const found = occurrences.get(thing);
    if (found === undefined && context === 'binlog') return '';
    const state = found?.shown === 'unread' ? 'named' : 'decoded';
    return `${state}: ${cited(thing, state === 'decoded')}`;
  }

  function charsets(): string {
    const counts = new Map<string, number>();
    for (let id = 1; id < MAX_COLLATION; id++) {
      const name = collationName(id);
      if (name.startsWith('collation ')) continue;
      const charset = name.split('_', 1)[0]!;
      counts.set(charset, (counts.get(charset) ?? 0) + 1);
    }
    const lines = [...counts]
      .sort(byName)
      .map(([charset, collations]) => [
        charset,
        String(collations),
        ...stateLine(`charset ${charset}`, charsetNamed(charset) === null ? 'named' : 'decoded'),
      ]);
    const collations = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const intro = `${counts.size} character sets, ${collations} collations.`;
    return `${intro}\n\n${table(['character set', 'collations', 'state', 'fixture'], lines)}`;
  }

  function events(): string {
    const lines = Object.entries(EVENTS).map(([code, event]) => [
      code,
      event!.name,
      ...stateLine(`event ${event!.name}`, event!.decode === undefined ? 'header only' : 'decoded'),
    ]);
    return table(['code', 'event', 'state', 'fixture'], lines);
  }

  const sections = [
    INTRODUCTION,
    `## Commands\n\nA command that is only named is its code and nothing else.\n\n${commands()}`,
    `## Messages\n\n${messages()}`,
    `## Authentication plugins\n\n${plugins()}`,
    `## Session state\n\nOf an OK under CLIENT_SESSION_TRACK.\n\n${sessionState()}`,
    `## Compression\n\n${compression()}`,
    `## TLS versions\n\n${tlsVersions()}`,
    `## TLS cipher suites\n\nBy the cipher that hides the content.\n\n${ciphers()}`,
    `## Column types\n\nThe last column is empty where no table of a log that was recorded has such a column.\n\n${columnTypes()}`,
    `## Character sets\n\n${charsets()}`,
    `## Events of the binary log\n\n${events()}`,
  ];
  return { text: `${sections.join('\n\n')}\n`, missing };
}

/** Above the ids of both servers' collations. */
const MAX_COLLATION = 4096;

function answersIn(state: ReplyState): string {
  const types = new Set<string>(REPLIES[state].map(({ type }) => type));
  types.delete('Unknown');
  return [...types].join(', ');
}

function hex(code: number, digits = 2): string {
  return `0x${code.toString(16).padStart(digits, '0')}`;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** A table as the formatter of this repository lays it out. */
