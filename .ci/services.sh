#!/usr/bin/env bash
# Runs a command with all that the tests need: a C compiler for the race detector, Chromium, PostgreSQL and Redis.
#
#   .ci/services.sh go test ./...
#
# The command finds them in LOALANG_TEST_POSTGRES_URL, LOALANG_TEST_REDIS_URL and LOALANG_TEST_CHROMIUM. Those that are
# set already are used as they are. Otherwise servers on the standard ports are used, when they let us in; otherwise
# throw-away servers are started from installed programs and removed at the end; what is not installed is installed
# with apt-get, by root or with sudo without a password. What cannot be had ends the run: no test is skipped.
set -euo pipefail

# Where servers are looked for first.
postgres_port=${LOALANG_TEST_POSTGRES_PORT:-5432}
redis_port=${LOALANG_TEST_REDIS_PORT:-6379}
# The tests write into this Redis database, so that nobody's data in database 0 is touched.
redis_database=15

dir=        # of the throw-away servers
data=       # of the throw-away PostgreSQL, once there is one
redis_pid=  # of the throw-away Redis, once there is one
missing=()  # Debian packages to install

say() { echo "services: $*" >&2; }

die() {
	say "$*"
	exit 1
}

main() {
	trap stop EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM

	look_for_postgres
	look_for_redis
	have_compiler || missing+=(gcc libc6-dev)
	find_chromium >/dev/null || missing+=(chromium)
	((${#missing[@]} == 0)) || install_packages "${missing[@]}"

	[[ -n ${LOALANG_TEST_POSTGRES_URL:-} ]] || start_postgres
	[[ -n ${LOALANG_TEST_REDIS_URL:-} ]] || start_redis
	LOALANG_TEST_CHROMIUM=$(find_chromium) || die "Chromium is still not found; set LOALANG_TEST_CHROMIUM to its path"
	export LOALANG_TEST_POSTGRES_URL LOALANG_TEST_REDIS_URL LOALANG_TEST_CHROMIUM
	"$@"
}

have_compiler() {
	echo '#include <stdlib.h>' | "${CC:-gcc}" -fsyntax-only -x c - 2>/dev/null
}

find_chromium() {
	command -v "${LOALANG_TEST_CHROMIUM:-chromium}" ||
		command -v chromium-browser || command -v google-chrome || command -v google-chrome-stable
}

# --- PostgreSQL

look_for_postgres() {
	[[ -z ${LOALANG_TEST_POSTGRES_URL:-} ]] || return 0
	local login url
	for login in postgres postgres:postgres "$(id -un)"; do
		url="postgres://$login@127.0.0.1:$postgres_port/postgres?sslmode=disable"
		if postgres_lets_us_in "$url"; then
			say "PostgreSQL on port $postgres_port"
			LOALANG_TEST_POSTGRES_URL=$url
			return
		fi
	done
	postgres_programs >/dev/null || missing+=(postgresql)
}

# postgres_lets_us_in tells whether the tests can make databases and schemas there.
postgres_lets_us_in() {
	local may
	may=$(PGCONNECT_TIMEOUT=3 psql --no-psqlrc --no-password --quiet --tuples-only --no-align --dbname="$1" --command="
		SELECT (rolsuper OR rolcreatedb) AND has_database_privilege(current_database(), 'CREATE')
		FROM pg_roles WHERE rolname = current_user" 2>/dev/null) && [[ $may == t ]]
}

# postgres_programs prints the folder of the newest initdb and pg_ctl.
postgres_programs() {
	local found
	found=$(command -v initdb /usr/lib/postgresql/*/bin/initdb | sort --version-sort | tail -n 1) && [[ -n $found ]] &&
		dirname "$(readlink -f "$found")"
}

start_postgres() {
	local programs port
	programs=$(postgres_programs) || die "PostgreSQL is not installed; install postgresql or set LOALANG_TEST_POSTGRES_URL"
	make_dir
	port=$(free_port)
	data=$dir/postgres
	as_postgres mkdir -m 700 "$data"
	as_postgres "$programs/initdb" --pgdata="$data" --username=postgres --auth=trust --encoding=UTF8 --locale=C --no-sync \
		>"$dir/initdb.log" 2>&1 || die "initdb: $(tail -n 3 "$dir/initdb.log")"
	as_postgres "$programs/pg_ctl" --pgdata="$data" --log="$data/server.log" --wait --silent start \
		--options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300" \
		</dev/null >/dev/null 2>&1 || die "pg_ctl: $(tail -n 3 "$data/server.log")"
	say "throw-away PostgreSQL on port $port"
	LOALANG_TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
}

# as_postgres runs a command as somebody else when we are root, since PostgreSQL refuses to be root.
as_postgres() {
	if ((EUID != 0)); then
		"$@"
	elif id postgres >/dev/null 2>&1; then
		(cd / && runuser -u postgres -- "$@")
	else
		(cd / && runuser -u nobody -- "$@")
	fi
}

# --- Redis

look_for_redis() {
	[[ -z ${LOALANG_TEST_REDIS_URL:-} ]] || return 0
	if redis_lets_us_in "$redis_port"; then
		say "Redis on port $redis_port"
		LOALANG_TEST_REDIS_URL="redis://127.0.0.1:$redis_port/$redis_database"
		return
	fi
	command -v redis-server >/dev/null || missing+=(redis-server)
}

# redis_lets_us_in tells whether the tests can write there.
redis_lets_us_in() (
	exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
	printf 'SELECT %d\r\nSET loalang:probe 1 EX 1\r\n' "$redis_database" >&3
	for _ in select set; do
		read -r -t 3 answer <&3 && [[ $answer == +OK* ]] || exit 1
	done
) 2>/dev/null

start_redis() {
	local port
	command -v redis-server >/dev/null || die "Redis is not installed; install redis-server or set LOALANG_TEST_REDIS_URL"
	make_dir
	port=$(free_port)
	redis-server --bind 127.0.0.1 --port "$port" --dir "$dir" --save '' --appendonly no \
		</dev/null >"$dir/redis.log" 2>&1 &
	redis_pid=$!
	until redis_lets_us_in "$port"; do
		kill -0 "$redis_pid" 2>/dev/null || die "redis-server: $(tail -n 3 "$dir/redis.log")"
		sleep 0.1
	done
	say "throw-away Redis on port $port"
	LOALANG_TEST_REDIS_URL="redis://127.0.0.1:$port/$redis_database"
}

# --- both

make_dir() {
	[[ -z $dir ]] || return 0
	dir=$(mktemp -d "${TMPDIR:-/tmp}/loalang-services.XXXXXX")
	chmod 1777 "$dir" # the server may run as another user
}

# free_port prints a port below the range that the kernel hands out by itself.
free_port() {
	local port
	while port=$((20000 + RANDOM % 12000)); do
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	echo "$port"
}

stop() {
	[[ -z $redis_pid ]] || kill "$redis_pid" 2>/dev/null || true
	[[ -z $redis_pid ]] || wait "$redis_pid" 2>/dev/null || true
	[[ -z $data ]] || as_postgres "$(postgres_programs)/pg_ctl" --pgdata="$data" --mode=immediate --silent stop \
		>/dev/null 2>&1 || true
	[[ -z $dir ]] || rm -rf "$dir"
}

# install_packages installs Debian packages without starting the services in them.
install_packages() {
	if ! command -v apt-get >/dev/null || ! as_root true 2>/dev/null; then
		die "not found: $*. Install them, or set LOALANG_TEST_POSTGRES_URL, LOALANG_TEST_REDIS_URL, LOALANG_TEST_CHROMIUM"
	fi
	say "installing $*"
	local policy=/usr/sbin/policy-rc.d ours='' status=0
	make_dir
	if [[ ! -e $policy ]]; then
		ours=yes
		printf '#!/bin/sh\nexit 101\n' | as_root install -m 755 /dev/stdin "$policy"
	fi
	{ as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install --yes --no-install-recommends "$@"; } </dev/null >"$dir/apt.log" 2>&1 || status=$?
	[[ -z $ours ]] || as_root rm -f "$policy"
	((status == 0)) || die "apt-get: $(tail -n 5 "$dir/apt.log")"
}

as_root() {
	if ((EUID == 0)); then "$@"; else sudo --non-interactive "$@"; fi
}

main "$@"
