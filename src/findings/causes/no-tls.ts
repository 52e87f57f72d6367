import { CLIENT_SSL } from '../../mysql/constants/capabilities.ts';
import type { CauseSpec } from '../cause.ts';
import { isWithinHost } from '../endpoints.ts';

/** Everything can be read on the way. */
export const noTls: CauseSpec = {
  id: 'no-tls',
  rule: 'risky-habit',
  severity: 'info',
  title: 'Connections cross a network without TLS.',
  advice: {
    client: 'switch TLS on in the driver, with a CA to check the server’s certificate against.',
    server: 'require_secure_transport = ON, or REQUIRE SSL for accounts, leaves no other way.',
  },
  drivers: [],
  page: {
    about: [
      'Without TLS statements and results cross the network as they are: this capture shows them. It also lets anybody between change them. Passwords are mostly safe, because plugins send a scramble.',
      'Connections within one host are passed over: nobody else sees them.',
    ],
    lookAlikes: ['clear-password: the password itself can be read, too.'],
    ladder: [
      { from: 'server', text: 'greeting (0)' },
      { from: 'client', text: 'login (1), without an SSLRequest before it' },
      { from: 'client', text: 'COM_QUERY (0), for everybody to read' },
    ],
    fixture: 'network/vxlan',
    twin: 'tls/mysql-tls13',
  },
  diagnose: ({ conversation, facts, session }) => {
    const { login, loginOk } = facts;
    if (login === null || loginOk === null || conversation.tls !== null) return null;
    if (isWithinHost(conversation)) return null;
    const offered = ((session.serverCapabilities ?? 0) & CLIENT_SSL) !== 0;
    return {
      frame: login.frame,
      fromClient: true,
      message: 'A connection goes without TLS',
      summary: `The client logged in without TLS${offered ? ', which the server offers' : ', and the server does not offer it'}: statements and results can be read on the way.`,
      certainty: 'proven',
      evidence: [{ frame: login.frame, text: 'the client logs in without asking for TLS' }],
      key: offered ? 'offered' : 'not-offered',
    };
  },
};
