import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/analysis/report.ts';
import { VIEWS, type ViewName } from '../../src/report/index.ts';
import { jsonRenderer } from '../../src/report/json.ts';
import { queryRecord } from '../../src/report/query-records.ts';
import { unsoundness } from '../../src/report/soundness.ts';
import { hex, zeros } from '../build/bytes.ts';
import { type Packet, pcap } from '../build/capture.ts';
import {
  C,
  type CaptureOptions,
  clientBytes,
  fin,
  lost,
  on,
  rst,
  S,
  type Step,
  serverBytes,
} from '../build/conversation.ts';
import { ethernet, ipv4, TCP_FLAG, tcp } from '../build/frame.ts';
import {
  CAN,
  err,
  greeting,
  login,
  ok,
  ping,
  query,
  quit,
  SERVER_CAPABILITIES,
  sslRequest,
} from '../build/mysql.ts';
import { wifi } from '../build/tunnel.ts';
import { type AnalyzeOptions, analyze, play } from '../mysql/analyze.ts';
import { CONNECT } from '../mysql/legal-scripts.ts';
import { plain, tooWide } from './layout.ts';

const VIEW_NAMES = Object.keys(VIEWS) as ViewName[];
const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest();

/** A view's text of a report, its streamed lines left out. */
async function show(view: ViewName, report: Report, width: number | null = null): Promise<string> {
  const renderer = VIEWS[view].table(plain(width));
  return renderer.start() + (await renderer.finish(report));
}

/** What stands behind a label of the block. */
async function line(label: string, report: Report): Promise<string | null> {
  const text = await show('check', report);
  return text.match(new RegExp(`^${label}: (.*)$`, 'm'))?.[1] ?? null;
}

const documentOf = (report: Report) =>
  JSON.parse(`${jsonRenderer('check').start()}${jsonRenderer('check').finish(report)}`).capture;

const SELECT = [C(0, query('select 1')), S(1, ok())];
const TLS = [
  S(0, greeting({ capabilities: SERVER_CAPABILITIES | CAN.SSL })),
  C(1, sslRequest()),
  clientBytes(hex('16 0301 0001 00')),
];
const LOSSY = [...CONNECT, C(0, query('select 1')), lost(S(1, ok())), C(0, ping), S(1, ok())];
const LOST_BYTES = S(1, ok()).bytes.length;

/** A command in two segments and its answer: the first two swapped, the last sent again and captured twice. */
const untidy = (frames: readonly Packet[]) => {
  const [first, second, answer] = frames.slice(-3) as [Packet, Packet, Packet];
  const again = answer.bytes.slice();
  again[ETHERNET_BYTES + 5]! ^= 1;
  return [...frames.slice(0, -3), second, first, answer, { bytes: again }, { bytes: again }];
};
/** Behind it stands IPv4, whose bytes 4 and 5 are new in every packet that is sent. */
const ETHERNET_BYTES = 14;
const PING_PARTS = [clientBytes(hex('01 00 00 00')), clientBytes(hex('0e')), S(1, ok())];
const UNTIDY = play([...CONNECT, ...PING_PARTS], { mangle: untidy }).report;

const REPORTS: [name: string, report: Report][] = [
  ['a sound capture', play([...CONNECT, ...SELECT]).report],
  ['a lossy capture', play(LOSSY).report],
  ['an untidy capture', UNTIDY],
  ['TLS', play(TLS).report],
  ['another protocol', play([clientBytes('GET / HTTP/1.1\r\n\r\n')], { port: 80 }).report],
  ['no frames', analyze(pcap({})).report],
];

describe.each(VIEW_NAMES)('the table of the %s', (view) => {
  test.each(REPORTS)('ends with the capture of %s', async (_, report) => {
    const text = await show(view, report);
    const block = text.slice(text.lastIndexOf('Capture: '));
    expect(block).toMatch(/^Capture: .*\nMySQL: .*\n(.+\n)*$/);
    for (const width of [80, 120])
      expect(tooWide(await show(view, report, width), width)).toEqual([]);
  });

  test.each(REPORTS)('has the numbers of the JSON of %s', async (_, report) => {
    const { frames, tcpSegments, connections, mysqlConnections, mysqlPackets, quality } =
      documentOf(report);
    const text = await show(view, report);
    const numberBefore = (what: RegExp) => Number(text.match(what)?.[1] ?? 0);
    expect(numberBefore(/(\d+) frames? \(/)).toBe(frames);
    expect(numberBefore(/ \((\d+) TCP\)/)).toBe(tcpSegments);
    expect(numberBefore(/^MySQL: (\d+) of/m)).toBe(mysqlConnections);
    expect(numberBefore(/of (\d+) TCP connection/)).toBe(connections);
    expect(numberBefore(/(\d+) packets? decoded/)).toBe(mysqlPackets);
    expect(numberBefore(/^Quality: (\d+) bytes? missing/m)).toBe(quality.gapBytes);
    expect(numberBefore(/(\d+) segments? retransmitted/)).toBe(quality.retransmitted);
    expect(numberBefore(/(\d+) out of order/)).toBe(quality.outOfOrder);
    expect(numberBefore(/(\d+) frames? captured twice/)).toBe(quality.duplicates);
    expect(numberBefore(/(\d+) connections? went on in TLS/)).toBe(quality.encrypted);
  });
});

describe('the quality', () => {
  test('of a sound capture is a line', async () => {
    const { report } = play([...CONNECT, ...SELECT]);
    expect(await line('Quality', report)).toBe('nothing missing');
    expect(await line('Limits', report)).toBeNull();
    expect(await line('No MySQL', report)).toBeNull();
  });

  test('says what is missing and what TCP mended', async () => {
    expect(await line('Quality', play(LOSSY).report)).toBe(`${LOST_BYTES} bytes missing`);
    expect(await line('Quality', UNTIDY)).toBe(
      'nothing missing, 1 segment retransmitted, 1 out of order, 1 frame captured twice',
    );
  });

  test('says where bytes are missing, and what lost them', async () => {
    const { report } = play(LOSSY);
    const text = await show('check', report);
    expect(text).toContain(
      `\n  connection 0: ${LOST_BYTES} bytes of the server's between frames 6 and 9; the client acknowledged them, so only the capture lost them\n`,
    );
    const place = {
      connection: 0,
      from: 'server',
      bytes: LOST_BYTES,
      afterFrame: 6,
      beforeFrame: 9,
      acknowledged: true,
    };
    expect(documentOf(report).quality.gapPlaces).toEqual([place]);
    const [record] = VIEWS.connections.records(report, sha1);
    expect(record).toMatchObject({ quality: { gaps: 1, gapPlaces: [place] } });
  });

  test('names the first places, and how many there are', async () => {
    const once = [C(0, query('select 1')), lost(S(1, ok())), C(0, ping), S(1, ok())];
    const { report } = play([...CONNECT, ...Array.from({ length: 30 }, () => once).flat()]);
    const text = await show('check', report);
    expect(text).toContain(`Quality: ${30 * LOST_BYTES} bytes missing in 30 places\n`);
    expect(text.match(/^ {2}connection 0: /gm)).toHaveLength(3);
    expect(text).toContain('\n  and 27 more places\n');
    const { gapPlaces } = documentOf(report).quality;
    expect(gapPlaces.length).toBeLessThanOrEqual(20);
    const frames = gapPlaces.map(({ afterFrame }: { afterFrame: number }) => afterFrame);
    expect(frames).toEqual(frames.toSorted((a: number, b: number) => a - b));
  });

  test('of each connection adds up to that of the capture', () => {
    const script = [LOSSY, CONNECT, LOSSY].flatMap((steps, i) => steps.map((step) => on(i, step)));
    const { report } = play(script);
    const records = [...VIEWS.connections.records(report, sha1)] as {
      quality: { gapBytes: number };
    }[];
    expect(records.map(({ quality }) => quality.gapBytes)).toEqual([LOST_BYTES, 0, LOST_BYTES]);
    expect(documentOf(report).quality).toMatchObject({ gapBytes: 2 * LOST_BYTES, gaps: 2 });
  });

  test('counts connections that began before the capture', async () => {
    const { report } = play([C(0, ping), S(1, ok())], { handshake: false });
    expect(await line('Limits', report)).toBe('1 connection began before the capture');
    expect(documentOf(report).quality.midstream).toBe(1);
  });

  test('counts connections that are something else, on a port named as MySQL’s', async () => {
    const script = [
      ...CONNECT,
      on(1, clientBytes('GET / HTTP/1.1\r\n\r\n')),
      on(1, serverBytes('HTTP/1.1 200 OK\r\n\r\n')),
    ];
    const { report } = play(script);
    expect(await line('Limits', report)).toBe(
      "1 connection of another protocol on a port named as MySQL's",
    );
    expect(await show('connections', report)).toContain('not MySQL: HTTP');
    expect(report.findings).toEqual([]);
  });
});

const other = (script: readonly Step[], options: CaptureOptions & AnalyzeOptions = {}) =>
  play(script, { port: 5432, ...options }).report;

describe('where nothing is MySQL, what was there instead', () => {
  const SERVER = '127.0.0.9:5432';
  const HELLO = clientBytes(hex('16 0301 0200 01 0001fc 0303'));
  const STARTUP = clientBytes(hex('00000008 04d2162f'));
  const nothing = clientBytes(zeros(0));

  const THERE: [what: string, script: Step[], text: string, hint: string][] = [
    [
      'PostgreSQL',
      [STARTUP, serverBytes('N')],
      `1 connection to ${SERVER} speaks PostgreSQL`,
      '--port',
    ],
    [
      'PostgreSQL, twice',
      [STARTUP, serverBytes('N'), on(1, STARTUP), on(1, serverBytes('N'))],
      `2 connections to ${SERVER} speak PostgreSQL`,
      '--port',
    ],
    ['TLS', [HELLO, serverBytes(hex('16 0303 007a 02'))], `${SERVER} speaks TLS`, 'stunnel'],
    [
      'the X protocol',
      [serverBytes(hex('05000000 0b 08051a00')), clientBytes(hex('01000000 01'))],
      `${SERVER} speaks MySQL X protocol`,
      'classic protocol, 3306',
    ],
    [
      'nobody knows what',
      [clientBytes('\0\0\0\0\0\0'), serverBytes('\0\0\0\0\0\0')],
      'speaks a protocol that mywire does not know',
      '--port 5432',
    ],
    ['only a handshake', [nothing], `${SERVER} on which nothing was said`, 'health checks'],
  ];
  test.each(THERE)('is said of %s', async (_, script, text, hint) => {
    const report = other(script);
    expect(await line('No MySQL', report)).toContain(text);
    expect(await line('Try', report)).toContain(hint);
    expect(await line('Quality', report)).toBeNull();
  });

  test('is in the JSON, too', () => {
    const report = other([STARTUP, serverBytes('N'), on(1, STARTUP), on(2, nothing)]);
    const server = { address: '127.0.0.9', port: 5432 };
    const half = STARTUP.bytes.length;
    expect(documentOf(report).otherProtocols).toEqual([
      { server, protocol: 'PostgreSQL', outcome: 'data', connections: 2, bytes: 2 * half + 1 },
      { server, protocol: null, outcome: 'silent', connections: 1, bytes: 0 },
    ]);
  });

  test('counts the bytes of what is passed over', () => {
    const script = [STARTUP, serverBytes('R'.repeat(100)), clientBytes('x'.repeat(50))];
    expect(other(script).capture.otherServers).toMatchObject([
      { bytes: STARTUP.bytes.length + 150 },
    ]);
  });

  const only =
    (...indexes: number[]) =>
    (frames: readonly Packet[]) =>
      indexes.map((index) => frames.at(index)!);

  test('is said of a SYN that nobody answered', async () => {
    const report = other([nothing], { mangle: only(0) });
    expect(await line('No MySQL', report)).toBe(`1 connection to ${SERVER} was never answered`);
    expect(await line('Try', report)).toContain('firewall');
  });

  test('is said of a SYN that was refused', async () => {
    const report = other([nothing, rst('server')], { mangle: only(0, -1) });
    expect(await line('No MySQL', report)).toBe(`1 connection to ${SERVER} was refused`);
  });

  test('is said of one direction alone', async () => {
    const request = clientBytes('GET / HTTP/1.1\r\n\r\n');
    const report = other([request, request], { mangle: only(0, 3, 4) });
    expect(await line('No MySQL', report)).toContain('in one direction only');
    expect(await line('Try', report)).toContain('both directions');
  });

  test('is said of what is not TCP', async () => {
    const udp = ethernet(0x0800, ipv4({ protocol: 17 }, zeros(20)));
    const unknown = ethernet(0x0800, ipv4({ protocol: 253 }, zeros(20)));
    const [arp, other] = [ethernet(0x0806, zeros(28)), ethernet(0x1234, zeros(28))];
    const frames = [udp, arp, udp, other, unknown, zeros(3)].map((bytes) => ({ bytes }));
    const { report } = analyze(pcap({}, ...frames));
    expect(await line('No MySQL', report)).toBe(
      'frames without TCP: 2 UDP, 2 not IP, 1 ARP, 1 IP protocol 253',
    );
    expect(await line('Try', report)).toContain('Unix socket');
    expect(documentOf(report).otherFrames[0]).toEqual({ protocol: 'UDP', frames: 2 });
  });

  test('is said of frames that cannot be read', async () => {
    const frames = [{ bytes: zeros(40) }, { bytes: zeros(40) }];
    const unread = analyze(pcap({ linkType: 137 }, ...frames)).report;
    expect(await line('No MySQL', unread)).toBe(
      'frames that mywire cannot read: 2 Juniper (link type 137)',
    );
    expect(await line('Limits', unread)).toBe('2 frames of a link type that mywire does not read');
    expect(await line('Try', unread)).toContain('`editcap -C BYTES -T ether IN OUT`');
    expect(documentOf(unread).unreadFrames).toEqual([
      { protocol: 'Juniper (link type 137)', frames: 2 },
    ]);
    const unknown = analyze(pcap({ linkType: 9999 }, ...frames)).report;
    expect(await line('No MySQL', unknown)).toContain('2 link type 9999');
    const bus = analyze(pcap({ linkType: 227 }, ...frames)).report;
    expect(await line('No MySQL', bus)).toBe('frames without TCP: 2 CAN bus (link type 227)');
    expect(await line('Limits', bus)).toBeNull();
  });

  test('is said of raw IP that is none', async () => {
    const { report } = analyze(pcap({ linkType: 101 }, { bytes: zeros(40) }));
    expect(await line('No MySQL', report)).toBe(
      'nor any other traffic that could be read: no whole IP packet in 1 frame',
    );
  });

  test('is said of Wi-Fi that is encrypted', async () => {
    const frame = { bytes: wifi(0x0800, zeros(40), { control: '0842' }) };
    const { report } = analyze(pcap({ linkType: 105 }, frame));
    expect(await line('No MySQL', report)).toBe('frames without TCP: 1 encrypted Wi-Fi');
    expect(await line('Try', report)).toContain('decrypt it first');
  });

  test('is said of an empty capture', async () => {
    const { report } = analyze(pcap({}));
    expect(await line('No MySQL', report)).toBe('nor any other traffic');
    expect(await line('Try', report)).toContain('tcpdump');
  });

  test('is bounded', async () => {
    const frames = Array.from({ length: 6000 }, (_, i) => {
      const syn = tcp({ destinationPort: 10_000 + i, flags: TCP_FLAG.SYN }, zeros(0));
      return { bytes: ethernet(0x0800, ipv4({}, syn)) };
    });
    const { report } = analyze(pcap({}, ...frames));
    expect(report.capture.otherServers).toHaveLength(20);
    expect(report.capture.otherConnections).toBe(6000);
    expect(await line('No MySQL', report)).toMatch(/; 5995 connections beside these$/);
  });

  test('is not said where only some connections were asked for', async () => {
    expect(await line('No MySQL', other([STARTUP], { connections: [0] }))).toBeNull();
  });
});

describe('a connection on a port named as MySQL’s', () => {
  const NOTES: [note: string, script: Step[], options?: CaptureOptions][] = [
    ['nothing was said', [clientBytes(zeros(0)), fin('client')]],
    ['not MySQL: SSH', [serverBytes('SSH-2.0-x\r\n'), clientBytes('SSH-2.0-y\r\n')]],
    ['not MySQL: TLS', [clientBytes(hex('16 0301 0200 01 0001fc 0303'))]],
    ['no MySQL seen', [clientBytes('\0\0\0\0\0\0')]],
    [
      'the server never answered',
      [clientBytes(zeros(0))],
      { mangle: (frames) => frames.slice(0, 1) },
    ],
    [
      'refused by the server',
      [rst('server')],
      { mangle: (frames) => [frames[0]!, frames.at(-1)!] },
    ],
    [
      'only one direction captured',
      [...CONNECT, C(0, ping), S(1, ok())],
      { mangle: (frames) => frames.slice(3).filter((_, i) => [1, 3].includes(i)) },
    ],
  ];
  test.each(NOTES)('is noted: %s', async (note, script, options) => {
    expect(await show('connections', play(script, options).report)).toContain(note);
  });

  test('raises nothing when its client speaks the same protocol', () => {
    const rows = [
      [serverBytes('SSH-2.0-x\r\n'), clientBytes('SSH-2.0-y\r\n')],
      [clientBytes('GET / HTTP/1.1\r\n\r\n'), serverBytes('HTTP/1.1 200 OK\r\n\r\n')],
      [serverBytes(hex('05000000 0b 08051a00')), clientBytes(hex('01000000 01'))],
    ];
    for (const script of rows) expect(play(script).report.findings).toEqual([]);
    // A driver sends a login, or nothing.
    const banner = serverBytes('SSH-2.0-x\r\n');
    for (const script of [[banner], [banner, C(1, login())]]) {
      expect(play(script).report.findings).toHaveLength(1);
    }
  });
});

describe('a clean verdict', () => {
  const reasons = (script: readonly Step[], options: CaptureOptions & AnalyzeOptions = {}) =>
    unsoundness(play(script, options).report);

  /** A sound capture, but for what it reached. */
  const limited = (reached: Partial<Report['capture']['quality']>) => {
    const { report } = play([...CONNECT, ...SELECT]);
    const quality = { ...report.capture.quality, ...reached };
    return unsoundness({ ...report, capture: { ...report.capture, quality } });
  };

  test('rests on a capture that has everything', () => {
    expect(reasons([...CONNECT, ...SELECT, C(0, quit), fin('client')])).toEqual([]);
    expect(reasons([S(0, err(1040, 'Too many connections', null))])).toEqual([]);
  });

  test('may rest on connections of which a flood leaves no record', () => {
    expect(limited({ connectionsUnlisted: 1_000_000 })).toEqual([]);
  });

  test('may rest on connections that began before the capture', () => {
    expect(reasons([C(0, ping), S(1, ok())], { handshake: false })).toEqual([]);
  });

  test('may rest on some connections beside others in TLS or of other protocols', () => {
    const beside = (script: Step[]) => [...CONNECT, ...script.map((step) => on(1, step))];
    expect(reasons(beside(TLS))).toEqual([]);
    expect(reasons(beside([serverBytes('N'), clientBytes('GET / HTTP/1.1\r\n')]))).toEqual([]);
  });

  const cut = (frames: readonly Packet[]) =>
    frames.map(({ bytes, ...rest }) => ({
      ...rest,
      bytes: bytes.subarray(0, 60),
      originalLength: bytes.length,
    }));
  const fragment = ethernet(0x0800, ipv4({ fragment: 0x2000 }, zeros(64)));

  const UNSOUND: [what: string, found: string[], wanted: RegExp[]][] = [
    ['lost bytes', reasons(LOSSY), [/^11 bytes missing$/]],
    [
      'cut frames',
      reasons([...CONNECT, ...SELECT], { mangle: cut }),
      [/missing$/, /^\d+ segments cut/],
    ],
    [
      'IP fragments',
      reasons(CONNECT, { mangle: (frames) => [...frames, { bytes: fragment }] }),
      [/^1 IP fragment not put together$/],
    ],
    ['gaps declared too soon', limited({ forcedGaps: 2 }), [/^2 gaps declared because/]],
    ['connections let go', limited({ connectionsLetGo: 1 }), [/^1 connection let go while open/]],
    ['all TLS', reasons(TLS), [/^all MySQL went on in TLS, not decrypted$/]],
    ['no MySQL', reasons([serverBytes('x')], { port: 9 }), [/^no MySQL was found$/]],
    ['no frames', unsoundness(analyze(pcap({})).report), [/^no MySQL was found$/]],
    [
      'nothing decoded',
      reasons([serverBytes('\0\0\0\0\0\0\0\0')], { handshake: false }),
      [/^no MySQL connection could be read/],
    ],
  ];
  test.each(UNSOUND)('cannot rest on %s', (_, found, wanted) => {
    expect(found).toHaveLength(wanted.length);
    for (const [i, pattern] of wanted.entries()) expect(found[i]).toMatch(pattern);
  });
});

test('where times go back, no duration is negative', async () => {
  const script = [...CONNECT, C(0, ping), S(1, ok())];
  const back = (frames: readonly Packet[]) =>
    frames.map((frame, i) => (i < 6 ? frame : { ...frame, seconds: (frame.seconds ?? 0) - 5 }));
  const { report, queries } = play(script, { mangle: back, queries: true });
  const document = documentOf(report);
  expect(document.duration).toBeGreaterThan(4);
  expect(document.start < document.end).toBe(true);
  expect(document.quality.timeReversals).toBe(report.capture.frames - 6);
  expect(await line('Capture', report)).toMatch(/ in [45]\.\d+ s from /);
  expect(await line('Limits', report)).toContain('a second or more earlier than one before');
  const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest();
  const [connection] = VIEWS.connections.records(report, sha1);
  expect(connection).toMatchObject({ duration: null });
  expect(queries.map((query) => queryRecord(query, null).duration)).not.toContain(null);
});
