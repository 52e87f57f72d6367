#!/usr/bin/env bash
#
# Records a MySQL capture for the benchmark: a throw-away MariaDB server and a sysbench load,
# alone in a private network namespace, seen by tcpdump from before the first connection.
#
#   bench/record.sh [--scale F] [--ps-only] OUT.pcap
#   bench/record.sh --small [--offload] OUT.pcap
#
#   --scale F    size of the load; 1 (the default) gives about 350 MB, 0.1 about 35 MB
#   --ps-only    sysbench with server-side prepared statements only, no other load
#   --small      a load of about 3 MB, for test/damage
#   --offload    segments as large as loopback has them, up to 64 KiB; a tenth of the load
#
# What sysbench and tcpdump reported goes to OUT.txt. Needs root and
#   apt-get install mariadb-server sysbench tcpdump iproute2 util-linux
# Nothing outside the namespace is touched; server, namespace and data directory are gone
# afterwards, also when the script fails or is interrupted.

set -euo pipefail

readonly HOST=127.0.0.1
readonly PORT=33071
readonly ATTEMPTS=3
THREADS=8
readonly TABLES=4
# The load at scale 1.
readonly ROWS=50000
readonly TEXT_TX=4500
readonly PREPARED_TX=2500
readonly CONNECTIONS=150
# The small load.
readonly SMALL_THREADS=4
readonly SMALL_ROWS=1600
readonly SMALL_TX=120
# Exit status of one attempt that lost packets, so that only this is tried again.
readonly LOST_PACKETS=75

die() {
  echo "record.sh: $*" >&2
  exit 1
}

usage() {
  sed -n '/^#   bench/,/^#   --offload/s/^# *//p' "$0" >&2
  exit 2
}

# ---------------------------------------------------------------- inside the namespace

# scaled N: N times the scale, at least 1.
scaled() {
  awk -v n="$1" -v f="$SCALE" 'BEGIN { x = int(n * f + 0.5); print x < 1 ? 1 : x }'
}

# Loopback like a real wire: Ethernet MTU and no segmentation offload, so that a large
# answer is many 1,448-byte segments and not a few of 64 KB. With two processors, some hundred
# of 500,000 segments arrive out of order or are sent again, as on a real wire; none is missing.
set_up_loopback() {
  if [[ $OFFLOAD == yes ]]; then
    ip link set lo up
  else
    ip link set lo mtu 1500 gso_max_size 1500 gso_max_segs 1 up
  fi
}

start_server() {
  mariadb-install-db --no-defaults --user=root --datadir="$TMP/data" --skip-test-db \
    --auth-root-authentication-method=normal >"$TMP/install.log" 2>&1 ||
    { cat "$TMP/install.log" >&2; die 'mariadb-install-db failed'; }
  # Durability is off: the disk is not what we measure.
  mariadbd --no-defaults --user=root --datadir="$TMP/data" --socket="$TMP/server.sock" \
    --pid-file="$TMP/server.pid" --bind-address="$HOST" --port="$PORT" --skip-name-resolve \
    --skip-ssl --skip-log-bin --innodb-flush-log-at-trx-commit=0 \
    --innodb-buffer-pool-size=256M >"$TMP/server.log" 2>&1 &
  for _ in $(seq 120); do
    if mariadb --no-defaults -S "$TMP/server.sock" -u root -e 'select 1' >"$TMP/ping.log" 2>&1; then
      return
    fi
    sleep 0.5
  done
  cat "$TMP/server.log" >&2
  die 'the server did not start'
}

create_database() {
  mariadb --no-defaults -S "$TMP/server.sock" -u root <<SQL
create database bench;
create user bench@'$HOST' identified by 'bench';
grant all on bench.* to bench@'$HOST';
SQL
}

table_rows() {
  if [[ $SMALL == yes ]]; then echo "$SMALL_ROWS"; else scaled "$ROWS"; fi
}

# sysbench_oltp OPTION... COMMAND: oltp_read_write with what all our calls share.
sysbench_oltp() {
  sysbench oltp_read_write --db-driver=mysql --mysql-host="$HOST" --mysql-port="$PORT" \
    --mysql-user=bench --mysql-password=bench --mysql-db=bench \
    --tables="$TABLES" --table-size="$(table_rows)" --rand-seed=1 "$@"
}

# transactions PS_MODE COUNT [OPTION...]: PS_MODE auto is server-side prepared, disable is text protocol.
transactions() {
  local mode=$1 count=$2
  shift 2
  echo "== sysbench oltp_read_write, --db-ps-mode=$mode, $count transactions, $THREADS threads $*"
  sysbench_oltp --db-ps-mode="$mode" --threads="$THREADS" --events="$count" --time=0 "$@" run
}

# client OPTION...: one connection of the command-line client, over TCP.
client() {
  mariadb --no-defaults --protocol=tcp -h "$HOST" -P "$PORT" -u bench -pbench bench "$@"
}

short_connections() {
  local i
  for i in $(seq "$1"); do
    client -e "select 1; select k from sbtest1 where id = $i; select count(*) from sbtest2" \
      >/dev/null
  done
}

full_table_reads() {
  local i
  for i in $(seq "$TABLES"); do
    client --quick -e "select * from sbtest$i" >/dev/null
  done
}

# Answers of two segments and of two hundred, and statements that were prepared before the first of them.
small_load() {
  local mode share=1
  if [[ $OFFLOAD == yes ]]; then share=10; fi
  for mode in disable auto; do
    transactions "$mode" $((SMALL_TX / share)) --range-size=20
    transactions "$mode" 4
  done
  client -e 'select * from sbtest1; select count(*) from sbtest2; select id, k from sbtest2' >/dev/null
  client --quick -e 'select 1; select id, c from sbtest3 order by id' >/dev/null
}

run_load() {
  if [[ $SMALL == yes ]]; then
    small_load
    return
  fi
  if [[ $PS_ONLY == yes ]]; then
    transactions auto "$(scaled $((TEXT_TX + PREPARED_TX)))"
    return
  fi
  transactions disable "$(scaled "$TEXT_TX")"
  transactions auto "$(scaled "$PREPARED_TX")"
  short_connections "$(scaled "$CONNECTIONS")"
  full_table_reads
}

start_capture() {
  # A 256 MB kernel buffer: tcpdump may fall behind for a moment without losing packets.
  tcpdump -i lo -n -s 0 -B 262144 -Z root -w "$TMP/out.pcap" "tcp port $PORT" \
    2>"$TMP/tcpdump.log" &
  TCPDUMP=$!
  for _ in $(seq 100); do
    if grep -q 'listening on' "$TMP/tcpdump.log"; then return; fi
    sleep 0.1
  done
  cat "$TMP/tcpdump.log" >&2
  die 'tcpdump did not start'
}

stop_capture() {
  sleep 2 # let the last FINs and the kernel buffer arrive
  kill -INT "$TCPDUMP"
  wait "$TCPDUMP" || true
  grep -q '^[1-9][0-9]* packets captured' "$TMP/tcpdump.log" || die 'tcpdump captured nothing'
  grep -q '^0 packets dropped by kernel' "$TMP/tcpdump.log" || return "$LOST_PACKETS"
}

# record_once: one attempt. We are process 1 of a pid namespace: when we end, so do the server
# and tcpdump, whatever happened.
record_once() {
  if [[ $SMALL == yes ]]; then THREADS=$SMALL_THREADS; fi
  trap 'exit 130' INT TERM
  set_up_loopback
  start_server
  create_database
  sysbench_oltp prepare >"$TMP/prepare.log" 2>&1 ||
    { cat "$TMP/prepare.log" >&2; die 'sysbench prepare failed'; }
  start_capture
  run_load >"$TMP/load.log" 2>&1 || { cat "$TMP/load.log" >&2; die 'the load failed'; }
  stop_capture
  mariadb-admin --no-defaults -S "$TMP/server.sock" -u root shutdown
}

# ---------------------------------------------------------------- outside

need_tools() {
  local tool missing=()
  for tool in mariadbd mariadb mariadb-admin mariadb-install-db sysbench tcpdump ip unshare; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  if ((${#missing[@]})); then
    die "not installed: ${missing[*]} (apt-get install" \
      "mariadb-server sysbench tcpdump iproute2 util-linux)"
  fi
}

describe() {
  echo "recorded by bench/record.sh, scale $SCALE, ps-only $PS_ONLY, small $SMALL, offload $OFFLOAD, $(date -u +%F)"
  mariadbd --version
  sysbench --version
  tcpdump --version 2>&1 | head -n 1
  echo
  cat "$TMP/load.log"
  echo '== tcpdump'
  cat "$TMP/tcpdump.log"
}

# record OUT: attempts until nothing was lost. OUT only ever holds a complete capture.
record() {
  local out=$1 attempt status
  for attempt in $(seq "$ATTEMPTS"); do
    TMP=$(mktemp -d "${TMPDIR:-/tmp}/mywire-record.XXXXXX")
    export TMP SCALE PS_ONLY SMALL OFFLOAD
    status=0
    unshare --net --pid --fork --kill-child "$BASH" "$0" --inside || status=$?
    if ((status == 0)); then
      describe >"${out%.pcap}.txt"
      mv "$TMP/out.pcap" "$out"
      rm -rf "$TMP"
      return
    fi
    ((status == LOST_PACKETS)) || die "recording failed (status $status)"
    echo "record.sh: attempt $attempt: $(grep 'dropped by kernel' "$TMP/tcpdump.log")" >&2
    rm -rf "$TMP"
  done
  die "tcpdump lost packets in all $ATTEMPTS attempts; is the machine busy?"
}

main() {
  local out=
  SCALE=1 PS_ONLY=no SMALL=no OFFLOAD=no TMP=
  while (($#)); do
    case $1 in
      --scale) [[ ${2:-} =~ ^[0-9]+(\.[0-9]+)?$ ]] || usage; SCALE=$2; shift ;;
      --ps-only) PS_ONLY=yes ;;
      --small) SMALL=yes ;;
      --offload) OFFLOAD=yes ;;
      -*) usage ;;
      *) [[ -z $out ]] || usage; out=$1 ;;
    esac
    shift
  done
  [[ $out == *.pcap ]] || usage
  ((EUID == 0)) || die 'needs root (network namespace, tcpdump)'
  need_tools
  mkdir -p "$(dirname "$out")"
  trap 'rm -rf "$TMP"' EXIT
  trap 'exit 130' INT TERM
  record "$out"
  grep -h 'packets captured' "${out%.pcap}.txt"
  ls -l "$out"
}

if [[ ${1:-} == --inside ]]; then
  record_once
else
  main "$@"
fi
