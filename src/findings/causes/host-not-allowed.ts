import type { ServerError } from '../../mysql/facts.ts';
import type { CauseSpec } from '../cause.ts';
import { refusalTexts } from '../drivers.ts';
import { READ_AS_ANSWER } from '../outcomes.ts';
import { refusedWith } from '../refusal.ts';

const NAMES =
  "under skip_name_resolve accounts for host names and for 'localhost' match no TCP connection.";

/** C7: 1130. */
export const hostNotAllowed: CauseSpec = {
  id: 'host-not-allowed',
  rule: 'connection-refused',
  severity: 'warning',
  also: [READ_AS_ANSWER],
  title: "No account of the server allows the client's host.",
  advice: {
    between:
      'a NAT, proxy or container network may have changed the address that the server sees: it is the one in the error.',
    server: `create an account that the host in the error fits: CREATE USER name@'that host' …; ${NAMES}`,
  },
  drivers: refusalTexts({
    code: 1130,
    sqlState: null,
    message: "Host '10.0.0.5' is not allowed to connect to this MySQL server",
  }),
  page: {
    about: [
      "Accounts are names with a host pattern: app@localhost, app@'10.0.0.%'. When no account at all fits the address that a connection comes from, the server does not even ask who it is: ERR 1130 stands in place of the greeting.",
      'Mostly there is only root@localhost yet; or the client’s address has changed (a container, a NAT, a proxy); or the server was started with skip_name_resolve, and the accounts are for host names.',
    ],
    lookAlikes: [
      'access-denied: some account allows the host, but not with this name or password; the server greets first.',
      'proxy-header: MariaDB says 1130, too, when it does not accept a PROXY header; that ERR comes behind the greeting.',
    ],
    ladder: [
      { from: 'client', text: 'connects' },
      { from: 'server', text: 'ERR 1130 (0) in place of the greeting, closes' },
    ],
    fixture: 'refused/host-not-allowed',
    twin: 'causes/proxy-header-not-from-here',
  },
  diagnose: (subject) => {
    const isMeant = ({ code }: ServerError) => code === 1130;
    const [, host] = /'([^']*)'/.exec(subject.facts.greeting?.error?.message ?? '') ?? [];
    if (host === undefined) return refusedWith(subject, isMeant);
    return refusedWith(subject, isMeant, () => ({
      advice: {
        ...hostNotAllowed.advice,
        server: `create an account that '${host}' fits: CREATE USER name@'${host}' …; ${NAMES}`,
      },
    }));
  },
};
