import { adviceOn } from '../../protocols/index.ts';
import type { Explain } from './cause.ts';

/** C6: what answers on the server's port is no MySQL server; C5: what connects is no MySQL client. */
export const notMysql: Explain = ({ packet, banner, protocol = null, got }) => {
  if (banner === '') return null;
  const first = `${JSON.stringify(banner.slice(0, 40))}`;
  const who = packet.fromClient ? 'client' : 'server';
  const guess = protocol === null ? '' : ` but ${protocol}`;
  const summary = packet.fromClient
    ? `The client does not speak MySQL${guess}: its stream starts with ${first}, whose fourth byte, ${got}, stands where a sequence id would.`
    : `What listens on this port is no MySQL server${guess}: it starts with ${first}, and a driver takes the fourth byte, ${got}, for a sequence id.`;
  const advice = packet.fromClient
    ? 'Find what connects to the MySQL port: a health check or load balancer that speaks HTTP or TLS, or a scanner.'
    : 'Check the host and port that the driver connects to, and what is published there.';
  const more = protocol === null || packet.fromClient ? null : adviceOn(protocol);
  return {
    cause: { id: `not-mysql-${who}`, certainty: 'proven', summary },
    evidence: [{ frame: packet.frame, text: `the ${who}'s first bytes are ${first}` }],
    advice: [advice, ...(more === null ? [] : [`${more}.`])].join(' '),
  };
};
