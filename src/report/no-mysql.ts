import type { OtherServer, Outcome } from '../analysis/other-traffic.ts';
import type { CaptureSummary, FramesOf } from '../analysis/report.ts';
import { adviceOn } from '../protocols/index.ts';
import { endpointText } from './addresses.ts';
import { count } from './count.ts';

/** What was there instead, where nothing was MySQL. */
export function otherTrafficText(capture: CaptureSummary): string {
  const { otherServers, otherConnections, otherFrames, unreadFrames } = capture;
  const told = otherServers.slice(0, MAX_SERVERS);
  const rest = told.reduce((left, { connections }) => left - connections, otherConnections);
  const parts = [
    ...told.map(serverText),
    ...(rest > 0 ? [`${count(rest, 'connection')} beside these`] : []),
    ...(otherFrames.length > 0 ? [`frames without TCP: ${framesText(otherFrames)}`] : []),
    ...(unreadFrames.length > 0
      ? [`frames that mywire cannot read: ${framesText(unreadFrames)}`]
      : []),
  ];
  if (parts.length > 0) return parts.join('; ');
  if (capture.frames === 0) return 'nor any other traffic';
  return `nor any other traffic that could be read: no whole IP packet in ${count(capture.frames, 'frame')}`;
}

export function framesText(frames: readonly FramesOf[]): string {
  return frames.map(({ protocol, frames }) => `${frames} ${protocol}`).join(', ');
}

/** Servers that a line or two have room for. */
const MAX_SERVERS = 5;

const OUTCOMES: Readonly<Record<Outcome, (server: OtherServer) => string>> = {
  data: ({ protocol, connections }) =>
    `${connections === 1 ? 'speaks' : 'speak'} ${protocol ?? 'a protocol that mywire does not know'}`,
  oneSided: ({ protocol }) =>
    `in one direction only${protocol === null ? '' : ` (${protocol})`}: the other is not in the capture`,
  silent: () => 'on which nothing was said',
  refused: ({ connections }) => `${connections === 1 ? 'was' : 'were'} refused`,
  unanswered: ({ connections }) => `${connections === 1 ? 'was' : 'were'} never answered`,
};

function serverText(server: OtherServer): string {
  const to = endpointText(server.server);
  return `${count(server.connections, 'connection')} to ${to} ${OUTCOMES[server.outcome](server)}`;
}

/** What helps where the link type is not read. */
export const UNREAD_HINT =
  'docs/captures.md lists the link types that are read: capture on an interface that has one, or take off what stands before the Ethernet header: `editcap -C BYTES -T ether IN OUT`';

/** What to try, by what was there. One line adds a hint. */
const HINTS: readonly ((capture: CaptureSummary) => string | null)[] = [
  ({ otherServers }) => {
    const protocols = new Set(otherServers.map(({ protocol }) => protocol ?? ''));
    const advice = [...protocols].map(adviceOn).filter((text) => text !== null);
    return advice.length === 0 ? null : advice.join('. ');
  },
  ({ otherServers }) => {
    const unknown = otherServers.find((s) => s.outcome === 'data' && s.protocol === null);
    return unknown === undefined
      ? null
      : `If ${endpointText(unknown.server)} is a MySQL server whose connections began before the capture, say so: --port ${unknown.server.port}`;
  },
  ({ otherServers }) => {
    const known = otherServers.find((s) => s.outcome === 'data' && s.protocol !== null);
    return known === undefined
      ? null
      : `If a MySQL driver was to connect to ${endpointText(known.server)}, ask what it makes of that: --port ${known.server.port}`;
  },
  ifAny(
    'oneSided',
    "To have both directions, capture on the server's or the client's own host, or mirror both directions of its switch port",
  ),
  ifAny(
    'silent',
    'Handshakes alone are health checks, port scans, pooled connections at rest, or a driver that waits for the greeting of a server that speaks something else: capture longer, and while a client logs in',
  ),
  ifAny('refused', 'Check that the server runs and listens on that address and port'),
  ifAny(
    'unanswered',
    'A SYN without an answer: a firewall, a host that is down, or a capture of one direction only',
  ),
  ({ unreadFrames }) => (unreadFrames.length === 0 ? null : UNREAD_HINT),
  ({ otherFrames }) =>
    otherFrames.some(({ protocol }) => protocol === 'encrypted Wi-Fi')
      ? 'Of Wi-Fi that is encrypted nothing can be read: capture on the host itself, or decrypt it first (airdecap-ng)'
      : null,
  ({ tcpSegments }) =>
    tcpSegments > 0
      ? "MySQL is found on every port by its greeting: begin the capture before the client connects, or name the server's port with --port"
      : "Capture on the interface that the connection takes, while a client connects: tcpdump -i any -s 0 -w mysql.pcap tcp port 3306. A client on the server's own host may use a Unix socket, which no capture shows; 127.0.0.1 in place of localhost makes it use TCP",
];

export function hintsText(capture: CaptureSummary): string {
  const hints = HINTS.map((hint) => hint(capture)).filter((text) => text !== null);
  return `${hints.join('. ')}.`;
}

function ifAny(outcome: Outcome, hint: string): (capture: CaptureSummary) => string | null {
  return ({ otherServers }) => (otherServers.some((s) => s.outcome === outcome) ? hint : null);
}
