#!/usr/bin/env bash
#
# Records clean, mixed traffic of real servers and drivers, and holds `mywire check` against it: whatever it says above
# info is a false alarm. Writes soak/RESULTS.md.
#
#   bench/soak.sh [--minutes N] DIR          30 minutes by default; captures, keys and logs stay in DIR
#
# MySQL 9.7 (fixtures/record/mysql-chroot.sh), MariaDB 10.11 (Debian 12) and 11.8 (a chroot of Debian 13 in /srv/mariadb-trixie,
# made here): two servers of each, each the other's semi-synchronous replica, with thread pools. Needs root, Debian 12 and
#   apt-get install mariadb-server libmariadb-dev gcc sysbench tcpdump python3-pymysql python3-aiomysql python3-cryptography debootstrap
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

minutes=30
if [ "${1-}" = --minutes ]; then minutes=$2; shift 2; fi
[ $# = 1 ] || { sed -n 's/^#   bench/usage: bench/p' "$0" >&2; exit 2; }
out=$(mkdir -p "$1" && cd "$1" && pwd)
SCRATCH=$out/work
. "$here/../fixtures/record/lib.sh"
trixie=/srv/mariadb-trixie

if [ ! -x "$trixie/usr/sbin/mariadbd" ]; then
  debootstrap --variant=minbase trixie "$trixie" "$(apt-get indextargets --format '$(REPO_URI)' 'Label: Debian' 'Component: main' | head -n 1)"
  cp /etc/resolv.conf "$trixie/etc/resolv.conf"
  echo 'Acquire::Check-Valid-Until "false";' >"$trixie/etc/apt/apt.conf.d/99snapshot"
  printf '#!/bin/sh\nexit 101\n' >"$trixie/usr/sbin/policy-rc.d"
  chmod +x "$trixie/usr/sbin/policy-rc.d"
  chroot "$trixie" apt-get update
  DEBIAN_FRONTEND=noninteractive chroot "$trixie" apt-get install -y --no-install-recommends mariadb-server
fi

# server NAME PORT: starts it with an empty data directory; sql NAME: a client of its root's
server() {
  local name=$1 port=$2 data=/tmp/soak-$1 common
  common=(--no-defaults --user=root --datadir=$data --socket=/tmp/soak-$name.sock --bind-address=127.0.0.1 --port=$port
    --skip-name-resolve --server-id=$port --log-bin=binlog --innodb-flush-log-at-trx-commit=0 --sync-binlog=0)
  case $name in
    mysql*)
      rm -rf "$chroot_dir$data"
      chroot "$chroot_dir" mysqld --no-defaults --user=root --initialize-insecure --datadir=$data >"$out/$name-init.log" 2>&1
      chroot "$chroot_dir" mysqld "${common[@]}" --mysqlx=OFF --gtid-mode=ON --enforce-gtid-consistency=ON \
        --plugin-load-add='semisync_source.so;semisync_replica.so;thread_pool.so' >"$out/$name.log" 2>&1 & ;;
    mariadb1011*)
      rm -rf "$data"
      mariadb-install-db --no-defaults --user=root --datadir=$data --skip-test-db >"$out/$name-init.log" 2>&1
      /usr/sbin/mariadbd "${common[@]}" --rpl-semi-sync-master-enabled=1 --rpl-semi-sync-slave-enabled=1 --gtid-domain-id=$port \
        --thread-handling=pool-of-threads --ssl-cert="$scratch/cert.pem" --ssl-key="$scratch/key.pem" >"$out/$name.log" 2>&1 & ;;
    mariadb118*)
      rm -rf "$trixie$data"
      chroot "$trixie" mariadb-install-db --force --no-defaults --user=root --datadir=$data --skip-test-db >"$out/$name-init.log" 2>&1
      chroot "$trixie" mariadbd "${common[@]}" --rpl-semi-sync-master-enabled=1 --rpl-semi-sync-slave-enabled=1 --gtid-domain-id=$port \
        --thread-handling=pool-of-threads >"$out/$name.log" 2>&1 & ;;
  esac
  pids+=($!)
  wait_for 90 sql "$name" -e 'SELECT 1'
}
sql() {
  local name=$1; shift
  case $name in
    mysql*) chroot "$chroot_dir" mysql --no-defaults --default-character-set=utf8mb4 -uroot --socket=/tmp/soak-$name.sock "$@" ;;
    mariadb1011*) mariadb --no-defaults --default-character-set=utf8mb4 -uroot --socket=/tmp/soak-$name.sock "$@" ;;
    mariadb118*) chroot "$trixie" mariadb --no-defaults --default-character-set=utf8mb4 -uroot --socket=/tmp/soak-$name.sock "$@" ;;
  esac
}

# replicate NAME FROM_PORT: NAME becomes the semi-synchronous replica of the server on that port
replicate() {
  case $1 in
    mysql*) sql "$1" -e "CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=$2, SOURCE_USER='repl', SOURCE_PASSWORD='not-a-secret',
      SOURCE_AUTO_POSITION=1, SOURCE_SSL=0, GET_SOURCE_PUBLIC_KEY=1, SOURCE_HEARTBEAT_PERIOD=5; START REPLICA" ;;
    *) sql "$1" -e "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=$2, MASTER_USER='repl', MASTER_PASSWORD='not-a-secret',
      MASTER_USE_GTID=slave_pos, MASTER_SSL=0, MASTER_HEARTBEAT_PERIOD=5; START SLAVE" ;;
  esac
}

# pair FAMILY PORT: two servers that replicate each other; only the first is written to by the load
pair() {
  local name
  server "$1-a" "$2"
  server "$1-b" $(($2 + 1))
  for name in "$1-a" "$1-b"; do
    cat "$record_dir/seed.sql" "$here/soak/seed.sql" | sql "$name"
    case $name in
      mysql*) sql "$name" -e 'RESET BINARY LOGS AND GTIDS; SET GLOBAL rpl_semi_sync_source_enabled=1, GLOBAL rpl_semi_sync_replica_enabled=1' ;;
      *) sql "$name" -e 'RESET MASTER' ;;
    esac
  done
}

# pause_and_repeat COMMAND...: until the time is over
pause_and_repeat() {
  while [ "$SECONDS" -lt "$end" ]; do
    "$@" || { echo "failed: $*" >&2; return 1; }
    sleep 10
  done
}

dump() {  # NAME PORT: through the family's own command line tools, TLS and zstd among them
  case $1 in
    mysql*)
      chroot "$chroot_dir" mysqldump --no-defaults -h127.0.0.1 -P"$2" -uapp -pnot-a-secret --ssl-mode=DISABLED --get-server-public-key \
        --no-tablespaces --single-transaction --routines shop
      chroot "$chroot_dir" mysql --no-defaults -h127.0.0.1 -P"$2" -uapp -pnot-a-secret --ssl-mode=DISABLED --get-server-public-key \
        --compression-algorithms=zstd shop -e 'SELECT * FROM numbers; CALL two_results()' ;;
    *)
      mariadb-dump --no-defaults -h127.0.0.1 -P"$2" -uapp -pnot-a-secret --skip-ssl --single-transaction --routines shop
      mariadb --no-defaults -h127.0.0.1 -P"$2" -uapp -pnot-a-secret --skip-ssl --compress shop -e 'SELECT * FROM numbers; CALL two_results()' ;;
  esac
}

oltp() {  # PORT, PS_MODE
  sysbench oltp_read_write --db-driver=mysql --mysql-host=127.0.0.1 --mysql-port="$1" --mysql-user=app --mysql-password=not-a-secret --mysql-db=shop \
    --tables=1 --table-size=2000 --threads=2 --rate=3 --time=15 --events=0 --db-ps-mode="$2" --skip-trx=off --mysql-ignore-errors=all "$3"
}

load() {  # FAMILY PORT KIND
  local family=$1 port=$2 seconds=$((end - SECONDS))
  oltp "$port" disable prepare
  node_client "$here/soak/load.mjs" "$port" "$seconds" "$3" & jobs+=($!)
  node_client --tls-keylog="$out/$family.keys" "$here/soak/load.mjs" "$port" "$seconds" "$3" tls & jobs+=($!)
  $python "$here/soak/load.py" "$port" "$seconds" & jobs+=($!)
  pause_and_repeat dump "$family-a" "$port" >"$out/$family-dump.log" & jobs+=($!)
  pause_and_repeat "$scratch/cursor_of_soak" "$port" & jobs+=($!)
  pause_and_repeat oltp "$port" auto run >"$out/$family-oltp.log" & jobs+=($!)
}

tls_certificate
(node_client --version >/dev/null)             # installs the drivers once, before many ask for them
# A cursor, fetches, long data: the fixture's client inserts one row only once, so its write is made repeatable here.
sed 's/INSERT INTO items (name, note) VALUES (?, ?)/INSERT INTO items (name, note) VALUES (LEFT(CONCAT(?, UUID()), 40), ?)/' "$clients/cursor.c" >"$scratch/cursor_of_soak.c"
cc -o "$scratch/cursor_of_soak" "$scratch/cursor_of_soak.c" $(mariadb_config --cflags --libs)
pair mysql 34001
pair mariadb1011 34011
pair mariadb118 34021

declare -A dumps
for family in mysql:34001 mariadb1011:34011 mariadb118:34021; do
  port=${family#*:} family=${family%:*}
  tcpdump -i lo -Z root -s 0 -B 16384 -w "$out/$family.pcap" "tcp port $port or tcp port $((port + 1))" 2>"$out/$family-tcpdump.log" &
  dumps[$family]=$!
  wait_for 10 grep -q 'listening on' "$out/$family-tcpdump.log"
  replicate "$family-b" "$port"
  replicate "$family-a" $((port + 1))
done

end=$((SECONDS + minutes * 60))
jobs=()
load mysql 34001 mysql
load mariadb1011 34011 mariadb
load mariadb118 34021 mariadb
failed=0
for job in "${jobs[@]}"; do wait "$job" || failed=1; done
sleep 3
for family in "${!dumps[@]}"; do
  kill -INT "${dumps[$family]}"
  wait "${dumps[$family]}" || true
done
stop_all
[ $failed = 0 ] || echo 'some of the load failed: see above' >&2
echo "recorded; now: npm run bench:soak -- $out"
