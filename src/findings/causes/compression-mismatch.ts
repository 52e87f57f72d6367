import { hexText } from '../../bytes/text.ts';
import { COMPRESSED_HEADER_BYTES } from '../../mysql/compressed.ts';
import type { CompressionFault } from '../../mysql/facts.ts';
import { HEADER_BYTES, u24 } from '../../mysql/framing.ts';
import type { CauseSpec } from '../cause.ts';
import { sender, several } from '../words.ts';

/** Compression was agreed on, and one side does not do it, or packs something else than its header says. */
export const compressionMismatch: CauseSpec = {
  id: 'compression-mismatch',
  rule: 'malformed-answer',
  severity: 'error',
  also: [{ rule: 'malformed-command', severity: 'error', when: 'the client sends it' }],
  title: 'Compression was agreed on, and one side does not do it, or not as its headers say.',
  advice: {
    client:
      'switch compression off in the connection’s settings, or update the driver: it may ask for what it does not do.',
    between:
      'a proxy may pass on the flag for compression and not do it, or change packets that are compressed: update it, or switch compression off there.',
  },
  drivers: [
    { driver: 'libmysqlclient', text: 'Lost connection to MySQL server during query' },
    { driver: 'PyMySQL', text: "(2013, 'Lost connection to MySQL server during query')" },
  ],
  page: {
    about: [
      'Where greeting and login both have CLIENT_COMPRESS (zlib) or CLIENT_ZSTD_COMPRESSION_ALGORITHM, everything behind the OK of the login comes in compressed packets, whose header has seven bytes: the length of what follows, a sequence id of its own, and the length of what comes out, or 0 where it is sent as it is. Short packets are mostly sent as they are, in such a packet all the same.',
      'A side that agrees and then goes on in plain packets is read with headers of seven bytes where it wrote four: the reader takes three bytes of the statement for a length and waits for more than ever comes. Nobody says anything until one of them gives up.',
      'A length that is wrong, or bytes that do not unpack to what the header says, make the reader close, mostly without a word.',
    ],
    lookAlikes: [
      'compressed-numbering: the packets unpack, and their own counter is wrong.',
      'server-read-timeout, net-write-timeout: the rest of a packet did not come; here all of it is there.',
      'A capture that lacks bytes: nothing is said of what does not unpack behind them.',
    ],
    ladder: [
      { from: 'server', text: 'greeting: CLIENT_COMPRESS' },
      { from: 'client', text: 'login: CLIENT_COMPRESS' },
      { from: 'server', text: 'OK (2): from here on all is compressed' },
      { from: 'client', text: 'COM_QUERY (0) with a header of four bytes' },
      { from: 'server', text: 'reads seven, and waits for what never comes', quiet: true },
    ],
    fixture: 'built/compression-not-done',
    twin: 'built/compression-done',
  },
  diagnose: ({ facts, conversation }) => {
    const { compressionFault: fault, greeting, login, loginOk } = facts;
    if (fault === null || greeting === null || login === null) return null;
    const { packet } = fault;
    const side = packet.fromClient ? 'client' : 'server side';
    const isPlain = fault.fault === 'plain';
    const { client, between } = compressionMismatch.advice;
    return {
      frame: packet.frame,
      fromClient: packet.fromClient,
      rule: packet.fromClient ? 'malformed-command' : 'malformed-answer',
      message: isPlain
        ? `The ${side} does not compress, though both sides had agreed to`
        : `A compressed packet of the ${side} does not unpack as its header says`,
      summary: `Greeting and login agree on compression (${conversation.compression}). ${isPlain ? plainly(fault, side) : unpacked(fault, side)}`,
      certainty: 'proven',
      evidence: [
        { frame: greeting.frame, text: 'the server offers compression' },
        { frame: login.frame, text: 'the client asks for it' },
        ...(loginOk === null
          ? []
          : [
              {
                frame: loginOk.frame,
                text: 'the login is accepted: from here on both sides compress',
              },
            ]),
        {
          frame: packet.frame,
          text: `${sender(packet)} sends ${hexText(fault.header)}: ${isPlain ? inPlain(fault.header) : asHeader(fault.header)}`,
        },
      ],
      advice: packet.fromClient ? { client: client!, between: between! } : { between: between! },
      key: `${packet.fromClient ? 'client' : 'server'} ${fault.fault}`,
    };
  },
};

/** "a compressed packet of 24 bytes, number 0, that unpack to 217" */
function asHeader(header: Uint8Array): string {
  const unpacked = u24(header, HEADER_BYTES);
  const how = unpacked === 0 ? 'sent as they are' : `that unpack to ${unpacked}`;
  return `a compressed packet of ${several(u24(header, 0), 'byte')}, number ${header[3]}, ${how}`;
}

/** "a plain packet of 72 bytes, number 0" */
function inPlain(header: Uint8Array): string {
  return `a plain packet of ${several(u24(header, 0), 'byte')}, number ${header[3]}`;
}

function plainly({ header }: CompressionFault, side: string): string {
  const length = u24(header, 0);
  const lacks = COMPRESSED_HEADER_BYTES - HEADER_BYTES;
  return `What the ${side} sends behind the login is a packet as it is all the same: ${hexText(header)} is ${inPlain(header)}. Read as the header of seven bytes that is due, it would be ${asHeader(header)}, and none of what follows is compressed. Of its ${length} bytes ${lacks} are taken for the header, so its reader waits for ${lacks} more, or gives up.`;
}

function unpacked({ header, reason }: CompressionFault, side: string): string {
  return `The header ${hexText(header)} of the ${side} says: ${asHeader(header)}. But it ${reason}. What is in it cannot be read by anybody, and nothing is missing in the capture.`;
}
