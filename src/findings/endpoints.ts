import type { Conversation } from '../mysql/conversation.ts';
import type { Endpoint } from '../tcp/connection.ts';
import type { Parties } from './finding.ts';

/** The server's address and port: the same for all connections to it. */
export function serverOf(conversation: Conversation): string {
  const { address, port } = endpointOf(conversation, 'server');
  return `${address.join('.')} ${port}`;
}

export function clientHostOf(conversation: Conversation): string {
  return endpointOf(conversation, 'client').address.join('.');
}

export function partiesOf(conversation: Conversation): Parties {
  const { user, clientName } = conversation.session;
  const client = endpointOf(conversation, 'client');
  return { client, server: endpointOf(conversation, 'server'), user, driver: clientName };
}

const IPV4_LOOPBACK = '127.';
/** ::ffff:0:0/96 */
const MAPPED = '0.0.0.0.0.0.0.0.0.0.255.255.';
const IPV6_LOOPBACK = '0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1';

/** Whether the two sides are on one host: nobody else sees what they say. */
export function isWithinHost(conversation: Conversation): boolean {
  const server = endpointOf(conversation, 'server').address.join('.');
  return clientHostOf(conversation) === server || isLoopback(conversation);
}

/** Servers count no errors of connects from there. */
export function isLoopback(conversation: Conversation): boolean {
  const client = clientHostOf(conversation).replace(MAPPED, '');
  return client === IPV6_LOOPBACK || client.startsWith(IPV4_LOOPBACK);
}

function endpointOf({ client, connection }: Conversation, side: 'client' | 'server'): Endpoint {
  const direction = client ?? 0;
  return connection.endpoints[side === 'client' ? direction : 1 - direction]!;
}
