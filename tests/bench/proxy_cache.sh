#!/bin/sh
# The proxy's cache with few and with many entries: hits per second of 1 KiB pages among 100 and among COUNT of them, the
# processor's time for each, and how long a new start takes that finds them all. By wrk, 32 connections.
# Debian: apt-get install wrk. COUNT, SECONDS_EACH and ROUNDS can be set in the environment.
set -eu
: "${PROXY:?set by make bench}" "${WEBSERVER:?set by make bench}"
count=${COUNT:-100000}
seconds=${SECONDS_EACH:-3}
rounds=${ROUNDS:-3}
for tool in curl wrk; do
    command -v "$tool" >/dev/null || { echo "proxy_cache: skipped: $tool is not installed"; exit 0; }
done

scratch=$(mktemp -d)
chmod 755 "$scratch"
mkdir "$scratch/site"
head -c 1024 /dev/zero | tr '\0' x >"$scratch/site/1k.html"
pids=
trap 'kill $pids 2>/dev/null; wait 2>/dev/null; rm -rf "$scratch"' EXIT
"$WEBSERVER" 17302 "$scratch/site" --bind 127.0.0.1 --log none --header 'Cache-Control: max-age=86400' 2>/dev/null & pids="$pids $!"

start() {
    "$PROXY" 17300 --cache-dir "$scratch/cache" --cache-size 1024 --log none 2>/dev/null & proxy=$!
    curl -s --retry 60 --retry-connrefused --retry-delay 1 -o /dev/null http://127.0.0.1:17300/
}
stop() { kill "$proxy"; wait "$proxy" 2>/dev/null || true; }

among() { # HOW-MANY HOW: in order, once, or at random
    cat >"$scratch/wrk.lua" <<END
local answered, asked = 0, 0
function request()
    asked = asked + 1
    local page = "$2" == "once" and asked or math.random($1)
    return wrk.format("GET", "http://127.0.0.1:17302/1k.html?" .. page)
end
if "$2" == "once" then
    function response()
        answered = answered + 1
        if answered >= $1 then wrk.thread:stop() end
    end
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
among "$count" once
wrk -t1 -c32 -d600 -s "$scratch/wrk.lua" http://127.0.0.1:17300/ | sed -n 's/^Requests\/sec: */stored per second: /p'
stop
begin=$(date +%s%N)
start
echo "a start that finds $("$PROXY" --cache-dir "$scratch/cache" --list | grep -c '^200 ') entries: $((($(date +%s%N) - begin) / 1000000)) ms, with the list"
for pages in 100 "$count"; do
    among "$pages" random
    wrk -t1 -c32 -d"$seconds" -s "$scratch/wrk.lua" http://127.0.0.1:17300/ >/dev/null # into memory
done
for round in $(seq "$rounds"); do
    for pages in 100 "$count"; do
        among "$pages" random
        echo "hits among $pages: $(rate)"
    done
done
stop
