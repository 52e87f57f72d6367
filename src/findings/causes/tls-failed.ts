import type { Frame } from '../../capture/frame.ts';
import type { TlsAlert } from '../../tls/alert.ts';
import type { CauseSpec, Diagnosis, Subject } from '../cause.ts';
import { endingOf } from '../ending.ts';
import type { Advice, DriverText, Evidence } from '../finding.ts';
import { lapse } from '../words.ts';

/** The shortest Finished of TLS 1.3: record header, message header, SHA-256 hash, content type, tag. */
const MIN_FINISHED_BYTES = 5 + 4 + 32 + 1 + 16;

/** What an alert says, and who can do what about it. */
interface Meaning {
  readonly why: string;
  readonly advice: Advice;
  /** What they print for it, as far as it is known. */
  readonly drivers: readonly DriverText[];
}

/** What Python's ssl says, in the words of OpenSSL; `…`: the host as the user named it, a line number. */
function inPython(error: string): DriverText {
  return {
    driver: 'PyMySQL, aiomysql',
    text: `(2003, "Can't connect to MySQL server on '…' ([SSL: ${error} (_ssl.c:…))")`,
  };
}

/** The client does not trust what the server shows. */
const SERVER_CERTIFICATE: Meaning = {
  why: "the client does not accept the server's certificate",
  advice: {
    client:
      "give the driver the CA that signed the server's certificate (ssl_ca, ssl: { ca }, sslRootCert, --ssl-ca), and connect by the name in the certificate; MySQL's own ca.pem lies in its data directory.",
    server: 'use a certificate that a CA the clients trust has signed, and that has not expired.',
  },
  drivers: [
    inPython(
      'CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain',
    ),
    { driver: 'mysql2', text: 'self-signed certificate in certificate chain' },
    {
      driver: 'mysql',
      text: 'ERROR 2026 (HY000): SSL connection error: error:0A000086:SSL routines::certificate verify failed',
    },
    {
      driver: 'go-sql-driver/mysql',
      text: 'x509: certificate signed by unknown authority',
    },
    { driver: 'Connector/J', text: 'Communications link failure' },
  ],
};

/** The server wants to see who the client is. */
const CLIENT_CERTIFICATE: Meaning = {
  why: "the server does not accept the client's certificate, or misses one",
  advice: {
    client:
      'give the driver a certificate and its key (ssl_cert, ssl_key), signed by a CA the server trusts.',
    server: "ssl_ca names the CA for the clients' certificates.",
  },
  drivers: [],
};

const NOTHING_IN_COMMON: Meaning = {
  why: 'the two have no version of TLS, or no cipher, in common',
  advice: {
    client:
      'update the driver and its TLS library; MySQL 8.4 and MariaDB with OpenSSL 3 speak TLS 1.2 and 1.3 only.',
    server: 'tls_version and ssl_cipher say what it offers.',
  },
  drivers: [
    inPython('TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version'),
    inPython('SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake failure'),
  ],
};

const OTHER: Meaning = {
  why: 'one side did not understand, or did not want, what the other had sent',
  advice: {
    client: "see the driver's error and the version of its TLS library.",
    between: 'look whether something between takes TLS apart.',
    server: "see the server's error log at that time.",
  },
  drivers: [],
};

const OF_VERSIONS = new Set(['protocol_version', 'handshake_failure', 'insufficient_security']);
const OF_CERTIFICATES =
  /^(unknown_ca|access_denied|(bad|unsupported|no)_certificate|certificate_\w+)$/;

/** The TLS handshake broke off. */
export const tlsFailed: CauseSpec = {
  id: 'tls-failed',
  rule: 'login-refused',
  severity: 'warning',
  title: 'Client and server could not agree on TLS, or one does not trust the other.',
  advice: SERVER_CERTIFICATE.advice,
  drivers: SERVER_CERTIFICATE.drivers,
  page: {
    about: [
      'Behind the greeting the client asks for TLS (SSLRequest), and the two negotiate it before the login. Whoever does not like what it gets says so in an alert and closes. Alerts that come before there are keys can be read: unknown_ca and its like from the client mean that it does not trust the server’s certificate; protocol_version and handshake_failure, that the two have no version or cipher in common.',
      'In TLS 1.3 the client may close without a word (Node does), or its alert may be encrypted. Then what shows is a client that leaves before it has finished the handshake.',
    ],
    lookAlikes: [
      'tls-refused: the server has no TLS at all.',
      'login-unfinished: the client asks for TLS and does not start it; no certificate is to blame.',
      'login-timeout: the client’s TLS library says "wrong version number", because an ERR 1159 in the clear stands where the ServerHello should.',
    ],
    ladder: [
      { from: 'client', text: 'SSLRequest (1), ClientHello' },
      { from: 'server', text: 'ServerHello, certificate' },
      { from: 'client', text: 'alert: unknown_ca, closes' },
    ],
    fixture: 'causes/certificate-untrusted-pymysql',
    twin: 'causes/certificate-trusted',
  },
  diagnose: (subject) => {
    const { conversation, facts } = subject;
    const { tls } = conversation;
    if (tls === null || facts.loginOk !== null || tls.decrypted || facts.bytesMissing) return null;
    const { alert } = tls;
    const { clientFin } = facts;
    const isAnswer = alert?.isFatal && (alert.fromClient || !isBefore(clientFin, alert.frame));
    return isAnswer ? toldByAlert(subject, alert) : leftInHandshake(subject);
  },
};

function toldByAlert(subject: Subject, alert: TlsAlert): Diagnosis {
  const { description, fromClient, frame } = alert;
  const who = fromClient ? 'client' : 'server';
  const { why, advice, drivers } = meaningOf(alert);
  return {
    frame,
    fromClient,
    message: `The ${who} broke off the TLS handshake: ${description}`,
    summary: `The ${who} ended the TLS handshake with the alert ${description}: ${why}. No login was sent.`,
    certainty: 'proven',
    evidence: [
      ...requestEvidence(subject),
      { frame, text: `the ${who} sends the TLS alert ${description}` },
    ],
    advice,
    drivers,
    key: `${who} ${description}`,
  };
}

function meaningOf({ description, fromClient }: TlsAlert): Meaning {
  if (OF_VERSIONS.has(description)) return NOTHING_IN_COMMON;
  if (!OF_CERTIFICATES.test(description)) return OTHER;
  return fromClient ? SERVER_CERTIFICATE : CLIENT_CERTIFICATE;
}

function isBefore(frame: Frame | null, other: Frame): boolean {
  return frame !== null && frame.number < other.number;
}

/** The server has shown its certificate, and the client goes without having finished the handshake. */
function leftInHandshake(subject: Subject): Diagnosis | null {
  const { conversation, facts } = subject;
  const { version, clientBytes } = conversation.tls!;
  const ending = endingOf(facts);
  // It never began.
  if (!conversation.speaksTls) return null;
  if (clientBytes >= MIN_FINISHED_BYTES || !ending?.byClient) return null;
  const why =
    version === null
      ? 'before the server had answered: its TLS library failed, or the process gave up.'
      : `after the server had answered (${version}), before its own side of the handshake was done: mostly because ${SERVER_CERTIFICATE.why}. Nothing in the clear says why; the driver's error does.`;
  return {
    frame: ending.frame,
    fromClient: true,
    message: 'The client left in the midst of the TLS handshake',
    summary: `The client asked for TLS and closed ${why}`,
    certainty: version === null ? 'possible' : 'likely',
    evidence: [
      ...requestEvidence(subject),
      {
        frame: ending.frame,
        text: `${lapse(facts.login!.frame, ending.frame)} later the client ${ending.how === 'reset' ? 'resets' : 'closes'} the connection, without a login`,
      },
    ],
    key: 'client leaves',
  };
}

function requestEvidence({ facts }: Subject): Evidence[] {
  const { login } = facts;
  return login === null ? [] : [{ frame: login.frame, text: 'the client asks for TLS' }];
}
