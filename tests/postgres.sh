#!/bin/sh
# A private PostgreSQL for tests: its data and its socket lie in DIR, it listens on no network address
# and it never runs as root.
#   tests/postgres.sh start DIR   prints the address for PATROL_TEST_POSTGRES: of a role that row-level
#                                 security binds; the superuser patrol is for what only he can do
#   tests/postgres.sh stop DIR
set -eu

usage() {
    echo "usage: tests/postgres.sh start|stop DIR" >&2
    exit 2
}
[ $# -eq 2 ] || usage
action=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)

bin=
for candidate in /usr/lib/postgresql/15/bin /usr/lib/postgresql/*/bin; do
    if [ -x "$candidate/initdb" ]; then
        bin=$candidate
        break
    fi
done
if [ -z "$bin" ]; then
    echo "skipped: PostgreSQL is not installed" >&2
    exit 3
fi

# initdb and postgres refuse to run as root: then they run as an account that owns nothing else.
user=$(id -un)
if [ "$(id -u)" -eq 0 ]; then
    user=nobody
    if id postgres >/dev/null 2>&1; then user=postgres; fi
fi
as_user() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd / && setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups env HOME=/ LC_ALL=C "$@")
    else
        LC_ALL=C "$@"
    fi
}

# A socket's path has at most 107 bytes: one that would be longer lies in a folder of /tmp.
socket_dir() {
    if [ -f "$dir/socket_dir" ]; then
        cat "$dir/socket_dir"
    elif [ ${#dir} -lt 80 ] && as_user test -x "$dir"; then
        echo "$dir" | tee "$dir/socket_dir"
    else
        mktemp -d /tmp/patrol-postgres.XXXXXX | tee "$dir/socket_dir"
    fi
}

start() {
    if [ "$(id -u)" -eq 0 ]; then chown "$user" "$dir"; fi
    if ! as_user test -x "$dir"; then
        echo "The account $user cannot reach $dir; give a folder below /tmp." >&2
        exit 1
    fi
    socket=$(socket_dir)
    if [ "$(id -u)" -eq 0 ]; then chown "$user" "$socket"; fi
    if [ ! -f "$dir/data/PG_VERSION" ]; then
        as_user "$bin/initdb" -D "$dir/data" -U patrol -A trust -E UTF8 --no-locale --no-sync >"$dir/initdb.log" 2>&1 || {
            cat "$dir/initdb.log" >&2
            exit 1
        }
    fi
    if ! as_user "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; then
        as_user "$bin/pg_ctl" -D "$dir/data" -l "$dir/data/server.log" -w -t 60 start \
            -o "-c listen_addresses='' -c unix_socket_directories='$socket' -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=100 -c shared_buffers=64MB" >/dev/null || {
            cat "$dir/data/server.log" >&2
            exit 1
        }
    fi
    # Row-level security does nothing for a superuser: Patrol and its tests connect as a role without powers.
    as_user "$bin/psql" -q -h "$socket" -U patrol -d postgres -v ON_ERROR_STOP=1 >/dev/null <<'SQL'
SELECT 'CREATE ROLE patrol_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE'
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'patrol_app') \gexec
GRANT CREATE, TEMPORARY ON DATABASE postgres TO patrol_app;
GRANT ALL ON SCHEMA public TO patrol_app;
SQL
    echo "postgresql://patrol_app@/postgres?host=$socket"
}

stop() {
    if [ -f "$dir/data/postmaster.pid" ]; then
        as_user "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null
    fi
    if [ -f "$dir/socket_dir" ]; then
        socket=$(cat "$dir/socket_dir")
        if [ "$socket" != "$dir" ]; then rm -rf "$socket"; fi
        rm -f "$dir/socket_dir"
    fi
}

case $action in
    start) start ;;
    stop) stop ;;
    *) usage ;;
esac
