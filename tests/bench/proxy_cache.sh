#!/bin/sh
# The proxy's cache with few and with many entries: hits per second of 1 KiB pages among 100 and among COUNT of them, the
# processor's time for each, and how long a new start takes that finds them all. By wrk, 32 connections.
# Debian: apt-get install wrk. COUNT, SECONDS_EACH and ROUNDS can be set in the environment.
set -eu
. "$(dirname "$0")/bench.sh"
: "${PROXY:?set by make bench}" "${WEBSERVER:?set by make bench}"
count=${COUNT:-100000}
seconds=${SECONDS_EACH:-3}
rounds=${ROUNDS:-3}
need curl wrk
on_own_network

scratch=$(mktemp -d)
chmod 755 "$scratch"
mkdir "$scratch/site"
head -c 1024 /dev/zero | tr '\0' x >"$scratch/site/1k.html"
pids=
trap 'kill $pids 2>/dev/null; wait 2>/dev/null; rm -rf "$scratch"' EXIT
"$WEBSERVER" 17302 "$scratch/site" --bind 127.0.0.1 --log none --header 'Cache-Control: max-age=86400' 2>/dev/null & pids="$pids $!"

start() {
    "$PROXY" 17300 --cache-dir "$scratch/cache" --cache-size 1024 --log none 2>/dev/null & proxy=$!
    until curl -s -o /dev/null http://127.0.0.1:17300/; do sleep 0.02; done
}
stop() { kill "$proxy"; wait "$proxy" 2>/dev/null || true; }

ask_in_order() { # FROM
    cat >"$scratch/wrk.lua" <<END
local page = $1
function request()
    page = page + 1
    return wrk.format("GET", "http://127.0.0.1:17302/1k.html?" .. page)
end
END
}

ask_at_random() { # HOW-MANY
    cat >"$scratch/wrk.lua" <<END
function request()
    return wrk.format("GET", "http://127.0.0.1:17302/1k.html?" .. math.random($1))
end
END
}

rate() { # requests/s, and microseconds of the processor for each
    before=$(awk '{ print $14 + $15 }' "/proc/$proxy/stat")
    wrk -t1 -c32 -d"$seconds" -s "$scratch/wrk.lua" http://127.0.0.1:17300/ >"$scratch/out"
    after=$(awk '{ print $14 + $15 }' "/proc/$proxy/stat")
    awk -v ticks=$((after - before)) '/ requests in / { n = $1 } /^Requests\/sec/ { r = $2 }
        END { printf "%.0f/s, %.1f us", r, ticks * 10000 / n }' "$scratch/out"
}

start
stored=0
while [ "$stored" -lt "$count" ]; do
    ask_in_order "$stored"
    wrk -t1 -c32 -d2 -s "$scratch/wrk.lua" http://127.0.0.1:17300/ >"$scratch/out"
    echo "stored: $(sed -n 's/^Requests\/sec: *//p' "$scratch/out")/s"
    stored=$((stored + $(sed -n 's/^ *\([0-9]*\) requests in.*/\1/p' "$scratch/out")))
done
stop
begin=$(date +%s%N)
start
started=$(date +%s%N)
echo "a start that finds $("$PROXY" --cache-dir "$scratch/cache" --list | grep -c "^200 ") entries: $(((started - begin) / 1000000)) ms"
for pages in 100 "$count"; do
    ask_at_random "$pages"
    wrk -t1 -c32 -d"$seconds" -s "$scratch/wrk.lua" http://127.0.0.1:17300/ >/dev/null # into memory
done
for round in $(seq "$rounds"); do
    for pages in 100 "$count"; do
        ask_at_random "$pages"
        echo "hits among $pages: $(rate)"
    done
done
stop
