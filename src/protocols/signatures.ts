interface Signature {
  readonly name: string;
  /** What the side that connected says first, a character a byte; absent where that tells nothing. */
  readonly client?: RegExp;
  readonly server?: RegExp;
  /** For who looks for MySQL. */
  readonly advice?: string;
}

/** u8 type, of which 20 to 23 are TLS's  u16 version, 0x0301 to 0x0304 (RFC 8446, 5.1) */
const TLS_RECORD = /^[\x14-\x17]\x03[\x01-\x04]/;
const SSH = /^SSH-/;
const AMQP = /^AMQP/;
const RFB = /^RFB \d/;
const SMB = /^\0.{3}[\xfe\xff]SMB/s;
const TELNET = /^\xff[\xfb-\xfe][\0-\x31](\xff|$)/;
const BGP = /^\xff{16}/;

/** How other protocols' streams start; the first that fits is it. One line adds a protocol. */
export const SIGNATURES: readonly Signature[] = [
  {
    name: 'TLS',
    client: TLS_RECORD,
    server: TLS_RECORD,
    advice:
      "MySQL's own TLS starts behind a greeting in the clear. This is another service, or MySQL behind something that speaks TLS in its stead (stunnel, a cloud provider's proxy, an ingress): capture on the server's side of that",
  },
  {
    // u32 length, little-endian  u8 type  protobuf: CapabilitiesSet, AuthenticateStart (CapabilitiesGet is COM_QUIT, too); notice, Capabilities
    name: 'MySQL X protocol',
    client: /^(.{2}\0\0\x02\x0a|.{2}\0\0\x04\x0a.(PLAIN|MYSQL41|SHA256_MEMORY))/s,
    server: /^(\x05\0\0\0\x0b\x08\x05|.{2}\0\0\x02\x0a)/s,
    advice:
      'The X protocol (mysqlsh, X DevAPI, port 33060) is not the protocol of drivers and of the mysql client, and mywire does not read it: capture the port of the classic protocol, 3306 by default',
  },
  {
    // u32 version of the protocol, big-endian, from either side; then u16 command, u16 its version, u32 length
    name: 'Sphinx API',
    client: /^\0\0\0\x01(\0[\0-\x0a]..\0|$)/s,
    server: /^\0\0\0\x01$/,
    advice:
      'This is the binary API of Sphinx or Manticore Search (port 9312), which their own clients speak: SQL clients need the port of the listener that says mysql (9306)',
  },
  {
    // Requests, HTTP/2's preface ("PRI"), responses, HTTP/2's SETTINGS
    name: 'HTTP',
    client: /^(GET|POST|HEAD|PUT|DELETE|OPTIONS|PATCH|CONNECT|TRACE|PRI) \S/,
    server: /^(HTTP\/\d|\0\0.\x04\0\0\0\0\0)/s,
  },
  { name: 'SSH', client: SSH, server: SSH },
  {
    // Startup: u32 length  u32 version 3.x; SSLRequest, GSSENCRequest, CancelRequest; authentication, an error
    name: 'PostgreSQL',
    client:
      /^(\0\0.{2}\0\x03\0[\0-\x02]|\0\0\0\x08\x04\xd2\x16[\x2f\x30]|\0\0\0\x10\x04\xd2\x16\x2e)/s,
    server: /^([NSG]?R\0\0\0.\0\0\0|E\0\0.{2}S[A-Z])/s,
  },
  { name: 'NATS', server: /^INFO \{/ },
  {
    // RESP: an array of bulk strings, an inline command; a status that no mail server greets with
    name: 'Redis',
    client: /^(\*\d+\r\n\$\d+\r\n|(PING|AUTH|INFO|SELECT)( .*)?\r\n)/is,
    server:
      /^(\+(OK|PONG)\r\n|-(ERR|NOAUTH|WRONGPASS|DENIED|MOVED|LOADING) |\$-?\d+\r\n|[*%]\d+\r\n[$:+*])/,
  },
  {
    // i32 length  i32 request  i32 response to  i32 opcode: OP_QUERY, OP_COMPRESSED, OP_MSG; OP_REPLY
    name: 'MongoDB',
    client: /^.{3}\0.{4}\0{4}[\xd4\xdc\xdd]\x07\0\0/s,
    server: /^.{3}\0.{8}([\xdc\xdd]\x07|\x01\0)\0\0/s,
  },
  {
    // Pre-login or login: u8 type  u8 status  u16 length  u16 0  u8 packet  u8 window; tabular result
    name: 'TDS (SQL Server)',
    client: /^[\x12\x10]\x01.{2}\0\0[\0\x01]\0/s,
    server: /^\x04\x01.{4}[\0\x01]\0/s,
  },
  {
    // u16 length  u16 checksum  u8 type: connect; accept, refuse, redirect, resend
    name: 'TNS (Oracle)',
    client: /^.{2}\0\0\x01.\0\0\x01/s,
    server: /^\0.\0\0[\x02\x04\x05\x0b]\0\0\0/s,
  },
  // Protocol header; Connection.Start
  { name: 'AMQP', client: AMQP, server: /^(AMQP|\x01\0\0.{4}\0\x0a\0\x0a)/s },
  {
    name: 'MQTT',
    client: /^\x10.{1,4}\0[\x04\x06]MQ(TT|Isdp)/s,
    server: /^\x20\x02[\0\x01][\0-\x05]$/,
  },
  // i32 length  i16 18, ApiVersions
  { name: 'Kafka', client: /^\0\0.{2}\0\x12\0[\0-\x04]/s },
  // u8 version  u8 flags  i16 stream  u8 opcode: STARTUP, OPTIONS; READY, AUTHENTICATE, SUPPORTED
  {
    name: 'CQL (Cassandra)',
    client: /^[\x03-\x05]\0.{2}[\x01\x05]\0\0/s,
    server: /^[\x83-\x85]\0.{2}[\x02\x03\x06]\0/s,
  },
  { name: 'memcached', client: /^(gets?|set|add|stats|version|m[gns])( [ -~]+)?\r\n/ },
  { name: 'SMTP', client: /^(EHLO|HELO) /i, server: /^220[ -].*(SMTP|[Mm]ail|Postfix)/s },
  { name: 'SMTP or FTP', server: /^220[ -]/ },
  { name: 'POP3', server: /^\+OK [ -~]/ },
  { name: 'IMAP', server: /^\* (OK|PREAUTH|BYE)/ },
  // BindRequest, SearchRequest, StartTLS; BindResponse, ExtendedResponse
  {
    name: 'LDAP',
    client: /^0.{1,5}\x02\x01.[\x60\x63\x77]/s,
    server: /^0.{1,5}\x02\x01.[\x61\x78]/s,
  },
  { name: 'SMB', client: SMB, server: SMB },
  // TPKT: u8 3  u8 0  u16 length, X.224: u8 length  u8 connection request; confirm
  { name: 'RDP', client: /^\x03\0.{3}\xe0/s, server: /^\x03\0.{3}\xd0/s },
  { name: 'VNC', client: RFB, server: RFB },
  { name: 'BGP', client: BGP, server: BGP },
  { name: 'Telnet', client: TELNET, server: TELNET },
  {
    // u16 length  u16 id  u16 flags: a query, or its response  u16 one question
    name: 'DNS',
    client: /^[\0-\x02].{3}[\0\x01][\0\x10\x20\x30]\0\x01\0{4}/s,
    server: /^[\0-\x0f].{3}[\x80-\x87][\0-\xbf]\0\x01\0.\0.\0/s,
  },
  {
    // Version 1 in text, version 2 in binary, https://www.haproxy.org/download/1.8/doc/proxy-protocol.txt
    name: 'PROXY protocol',
    client: /^(PROXY (TCP[46]|UNKNOWN)|\r\n\r\n\0\r\nQUIT\n)/,
  },
];
