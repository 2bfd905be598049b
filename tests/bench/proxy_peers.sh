#!/bin/sh
# The proxy beside squid (two ways: with its cache and without) and tinyproxy: requests per second for hits and misses
# of 1 KiB objects by wrk, 32 connections, and MB per second for a 1 GiB body and through a tunnel by curl. All take
# turns, ROUNDS times; the medians and ratios are printed, with the machine's load, for on a busy one they mean little.
# Debian: apt-get install wrk squid tinyproxy. SECONDS_EACH, ROUNDS and BIG_MIB can be set in the environment.
set -eu
. "$(dirname "$0")/bench.sh"
: "${PROXY:?set by make bench}" "${WEBSERVER:?set by make bench}" "${WEB_FLOOR:?set by make bench}"
seconds=${SECONDS_EACH:-3}
rounds=${ROUNDS:-3}
big=${BIG_MIB:-1024}
need curl wrk squid tinyproxy
on_own_network

scratch=$(mktemp -d)
chmod 755 "$scratch"
mkdir "$scratch/site" "$scratch/squid" "$scratch/squid-nocache"
truncate -s "${big}M" "$scratch/site/big.bin"
cat "$scratch/site/big.bin" >/dev/null # into the page cache, or the first to fetch it pays for that
head -c 1024 /dev/zero | tr '\0' x >"$scratch/site/1k.html"
for name in squid squid-nocache; do
    port=17203; cache='cache_mem 256 MB'
    [ "$name" = squid ] || { port=17204; cache='cache deny all'; }
    cat >"$scratch/$name.conf" <<END
http_port 127.0.0.1:$port
$cache
http_access allow all
acl SSL_ports port 1-65535
access_log none
cache_log /dev/null
cache_store_log none
pid_filename $scratch/$name/pid
coredump_dir $scratch/$name
shutdown_lifetime 0 seconds
workers 1
END
done
cat >"$scratch/tinyproxy.conf" <<END
Port 17205
Listen 127.0.0.1
Timeout 60
MaxClients 300
LogLevel Critical
END
pids=
trap 'kill $pids 2>/dev/null; wait 2>/dev/null; rm -rf "$scratch"' EXIT
"$WEB_FLOOR" 17201 & pids="$pids $!"
"$WEBSERVER" 17202 "$scratch/site" --bind 127.0.0.1 --log none --header 'Cache-Control: max-age=3600' 2>/dev/null & pids="$pids $!"
"$PROXY" 17200 --cache-dir none --log none 2>/dev/null & pids="$pids $!"
for name in squid squid-nocache; do
    squid -N -n "p$$$(echo $name | tr -d -)" -f "$scratch/$name.conf" 2>/dev/null & pids="$pids $!"
done
tinyproxy -d -c "$scratch/tinyproxy.conf" >/dev/null 2>&1 & pids="$pids $!"
for port in 17200 17203 17204 17205; do
    curl -s --retry 40 --retry-connrefused --retry-delay 1 -o /dev/null -x "http://127.0.0.1:$port" http://127.0.0.1:17202/1k.html
done

rate() { # PORT URL [SEPARATOR [FIELD]]: with a separator, each request asks for another URL
    printf 'local i = 0\nrequest = function() i = i + 1; return wrk.format("GET", "%s"%s) end\n' "$2" \
        "${3:+.. \"$3\" .. i}" >"$scratch/wrk.lua"
    wrk -t1 -c32 -d"$seconds" ${4:+-H "$4"} -s "$scratch/wrk.lua" "http://127.0.0.1:$1/" | sed -n 's/^Requests\/sec: *//p'
}

speed() { # PORT URL [OPTION]: MB/s
    curl -s -o /dev/null -w '%{speed_download}\n' ${3:-} --noproxy '' -x "http://127.0.0.1:$1" "$2" | awk '{ print $1 / 1e6 }'
}

compare() { # NAME PORTS COMMAND...
    name=$1 ports=$2
    shift 2
    : >"$scratch/rates"
    for round in $(seq "$rounds"); do
        for port in $ports; do
            command=$1
            shift
            echo "$port $("$command" "$port" "$@")" >>"$scratch/rates"
            set -- "$command" "$@"
        done
    done
    sort -k1,1n -k2,2n "$scratch/rates" | awk -v name="$name" '
        { rates[$1] = rates[$1] " " $2 }
        function median(port,    list, count) {
            count = split(rates[port], list, " ")
            return count ? list[int((count + 1) / 2)] : 0
        }
        function told(who, port) {
            return median(port) ? sprintf("  %s %.0f (%.2f)", who, median(port), median(17200) / median(port)) : ""
        }
        END {
            printf "%-24s %9.0f%s%s%s\n", name, median(17200), told("squid", 17203), told("squid, no cache", 17204),
                told("tinyproxy", 17205)
        }'
}

echo "load $(cut -d' ' -f1-3 /proc/loadavg); ours, and each peer's (ours / theirs)"
compare 'hits/s, 1 KiB' '17200 17203' rate http://127.0.0.1:17202/1k.html
compare 'misses/s, 1 KiB' '17200 17204' rate http://127.0.0.1:17201/1k.html ?
# after a connection's first request tinyproxy carries bytes blindly, so it gets a connection for each
compare 'misses/s, closing' '17200 17204 17205' rate http://127.0.0.1:17202/1k.html ? 'Connection: close'
compare 'MB/s, a large body' '17200 17204 17205' speed http://127.0.0.1:17202/big.bin
compare 'MB/s, a tunnel' '17200 17204 17205' speed http://127.0.0.1:17202/big.bin -p
