import { describe, type Explain, lapse } from './cause.ts';

/** C4: the client side sent a PROXY protocol header to a server that does not take one. */
export const proxyHeader: Explain = ({ packet, readFor }, { facts }) => {
  const header = facts.proxyHeader;
  if (header === null || packet.error === null || readFor !== facts.login) return null;
  return {
    cause: {
      id: 'proxy-header',
      certainty: 'proven',
      summary: `The connection starts with a PROXY protocol header, which this server does not accept: it answered with ERR ${packet.error.code} at once, before it read the login, and so with sequence id ${packet.sequenceId}.`,
    },
    evidence: [
      {
        frame: header.frame,
        text: `a PROXY protocol header of ${header.length} bytes comes first`,
      },
      {
        frame: packet.frame,
        text: `${lapse(header.frame, packet.frame)} later the server sends ${describe(packet)}`,
      },
    ],
    advice:
      'Proxy: take `send-proxy` (or `proxy_protocol on`) off the MySQL backend. Server: MariaDB (proxy_protocol_networks) accepts the header from the addresses it is told; MySQL does not know it.',
  };
};
