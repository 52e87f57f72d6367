#!/usr/bin/env bash
# MariaDB 10.11.19, thread_handling=pool-of-threads, TLS: a command that arrives in two TLS records often ends the connection.
#
# The head of a command's packet in one record, 20 ms later the rest in another, as a network or a busy client may deliver
# it: a server with the thread pool closes about half of such connections at their first command (its log: "Got an error reading
# communication packets"). Without TLS, or with one thread a connection, or with the command in one record, none is closed. A good
# engineer would expect whoever reads TLS to wait for the rest of the packet, as the same server does without the pool.
# Met with mysql2 3.24.6 (`compress: true`), which writes the head of a compressed packet and its body one after the other.
#
# Seen on 2026-11-28 with Debian 12's package, connections that were answered three times:
#   one-thread-per-connection, TLS, two records: 40 of 40
#   pool-of-threads, plain, two pieces: 40 of 40
#   pool-of-threads, TLS, one record: 40 of 40
#   pool-of-threads, TLS, two records: 23 of 40
#
# MariaDB 11.8.9 (Debian 13), tried by hand the same day: 10 of 20 connections closed, none with one record.
#
# Exits 0 while that is so, 1 when it is not any more, 2 when it could not be tried. Needs Debian 12, openssl, python3.
set -euo pipefail

SERVER=1:10.11.19-0+deb12u1
CONNECTIONS=40

work=$(mktemp -d)
server=
clean_up() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }
  rm -rf "$work"
}
trap clean_up EXIT
cd "$work"

{
  apt-get download mariadb-server-core="$SERVER" mariadb-client-core="$SERVER" &&
    for package in *.deb; do dpkg -x "$package" root; done
} >install.log 2>&1 || { cat install.log >&2; exit 2; }

cat >try.py <<'PYTHON'
import hashlib, socket, ssl, struct, sys, time

port, tls, pieces, count = int(sys.argv[1]), sys.argv[2] == 'TLS', int(sys.argv[3]), int(sys.argv[4])
PLUGIN_AUTH, SECURE_CONNECTION, PROTOCOL_41, LONG_PASSWORD, SSL = 0x80000, 0x8000, 0x200, 1, 0x800
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE


def exactly(stream, length):
    data = b''
    while len(data) < length:
        piece = stream.recv(length - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def read(stream):
    header = exactly(stream, 4)
    return exactly(stream, int.from_bytes(header[:3], 'little'))


def packet(number, payload):
    return len(payload).to_bytes(3, 'little') + bytes([number]) + payload


def scrambled(password, salt):
    once = hashlib.sha1(password).digest()
    mask = hashlib.sha1(salt + hashlib.sha1(once).digest()).digest()
    return bytes(a ^ b for a, b in zip(once, mask))


def connect():
    stream = socket.create_connection(('127.0.0.1', port))
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    _, rest = read(stream)[1:].split(b'\0', 1)
    salt = rest[4:12] + rest[31:43]
    flags = PLUGIN_AUTH | SECURE_CONNECTION | PROTOCOL_41 | LONG_PASSWORD | (SSL if tls else 0)
    head, number = struct.pack('<IIB23x', flags, 1 << 24, 45), 1
    if tls:
        stream.sendall(packet(1, head))
        stream, number = context.wrap_socket(stream), 2
    login = head + b'app\0\x14' + scrambled(b'not-a-secret', salt) + b'mysql_native_password\0'
    stream.sendall(packet(number, login))
    assert read(stream)[0] == 0
    return stream


answered = 0
for _ in range(count):
    stream = connect()
    try:
        for _ in range(3):
            ping = packet(0, b'\x03DO 1')
            if pieces == 1:
                stream.sendall(ping)
            else:
                stream.sendall(ping[:4])
                time.sleep(0.02)
                stream.sendall(ping[4:])
            assert read(stream)[0] == 0
        answered += 1
    except (EOFError, ConnectionError, ssl.SSLError):
        pass
    stream.close()
print(answered)
PYTHON

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -keyout key.pem -out cert.pem 2>/dev/null
bin=$work/root/usr
common=(--no-defaults --basedir="$bin" --lc-messages-dir="$bin/share/mysql" --datadir="$work/data" --user="$(id -un)")
"$bin/bin/mariadb-install-db" "${common[@]}" --auth-root-authentication-method=normal --skip-test-db >setup.log 2>&1 || { cat setup.log >&2; exit 2; }
port=$(python3 -c "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])")
sql() { "$bin/bin/mariadb" --no-defaults --user=root --socket="$work/socket" "$@"; }

# answered THREAD_HANDLING plain|TLS PIECES: how many connections had all of their answers
answered() {
  "$bin/sbin/mariadbd" "${common[@]}" --socket="$work/socket" --port="$port" --bind-address=127.0.0.1 --skip-name-resolve \
    --ssl-cert="$work/cert.pem" --ssl-key="$work/key.pem" --thread-handling="$1" >server.log 2>&1 &
  server=$!
  for _ in $(seq 300); do
    sql -e "CREATE OR REPLACE USER app@'127.0.0.1' IDENTIFIED BY 'not-a-secret'" >/dev/null 2>&1 && break
    sleep 0.2
  done
  python3 try.py "$port" "$2" "$3" "$CONNECTIONS" >number
  kill "$server"; wait "$server" || true
  server=
}

changed=0
while read -r handling way pieces due; do
  answered "$handling" "$way" "$pieces" || exit 2
  number=$(cat number)
  echo "$handling, $way, in $pieces: $number of $CONNECTIONS"
  case $due in
    all) [ "$number" = "$CONNECTIONS" ] || changed=1 ;;
    some) [ "$number" -lt "$CONNECTIONS" ] || changed=1 ;;
  esac
done <<'END'
one-thread-per-connection TLS 2 all
pool-of-threads plain 2 all
pool-of-threads TLS 1 all
pool-of-threads TLS 2 some
END
[ $changed = 0 ] || echo 'behaves differently now' >&2
exit $changed
