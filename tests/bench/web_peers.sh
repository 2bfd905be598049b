#!/bin/sh
# Requests per second of the web server beside nginx and lighttpd (two workers each, no logs) and beside the floor
# program, by wrk on loopback; it has two threads, for one is slower than any of them. All take turns, ROUNDS times; the
# medians and their ratios are printed.
# Debian: apt-get install wrk nginx-light lighttpd. SECONDS_EACH and ROUNDS can be set in the environment.
set -eu
. "$(dirname "$0")/bench.sh"
: "${WEBSERVER:?set by make bench}" "${WEB_FLOOR:?set by make bench}"
seconds=${SECONDS_EACH:-2}
rounds=${ROUNDS:-5}
need curl wrk nginx lighttpd
on_own_network

scratch=$(mktemp -d)
site=$scratch/site
mkdir "$site"
chmod 755 "$scratch" "$site"
head -c 768 /dev/urandom | base64 -w 0 >"$site/1k.html"
head -c 102400 /dev/urandom >"$site/100k.bin"
head -c 10485760 /dev/urandom >"$site/10m.bin"

cat >"$scratch/nginx.conf" <<END
worker_processes 2; pid $scratch/nginx.pid; error_log /dev/null; daemon off;
events { worker_connections 12000; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
    types { text/html html; } default_type application/octet-stream;
    server { listen 127.0.0.1:17102 backlog=4096; root $site; } }
END
cat >"$scratch/lighttpd.conf" <<END
server.document-root = "$site"
server.port = 17103
server.bind = "127.0.0.1"
server.max-worker = 2
server.max-keep-alive-requests = 1000000000
server.max-fds = 16384
server.max-connections = 12000
mimetype.assign = (".html" => "text/html", ".bin" => "application/octet-stream")
END
pids= # lighttpd ends its whole process group, so it gets one of its own
trap 'kill $pids 2>/dev/null; wait 2>/dev/null; rm -rf "$scratch"' EXIT
"$WEBSERVER" 17100 "$site" --bind 127.0.0.1 --workers 2 --log none 2>/dev/null & pids="$pids $!"
"$WEB_FLOOR" 17101 & pids="$pids $!"
nginx -c "$scratch/nginx.conf" 2>/dev/null & pids="$pids $!"
setsid lighttpd -D -f "$scratch/lighttpd.conf" 2>/dev/null & pids="$pids $!"
for port in 17100 17101 17102 17103; do
    curl -s --retry 30 --retry-connrefused --retry-delay 1 -o /dev/null "http://127.0.0.1:$port/1k.html"
done

rate() { # PORT CONNECTIONS PATH [HEADER]
    wrk -t2 -c"$2" -d"$seconds" ${4:+-H "$4"} "http://127.0.0.1:$1/$3" | sed -n 's/^Requests\/sec: *//p'
}

compare() { # NAME CONNECTIONS PATH PORTS [HEADER]
    : >"$scratch/rates"
    for round in $(seq "$rounds"); do
        for port in $4; do
            echo "$port $(rate "$port" "$2" "$3" "${5:-}")" >>"$scratch/rates"
        done
    done
    sort -k1,1n -k2,2n "$scratch/rates" | awk -v name="$1" '
        { rates[$1] = rates[$1] " " $2 }
        function median(port,    list, count) {
            count = split(rates[port], list, " ")
            return count ? list[int((count + 1) / 2)] : 0
        }
        function ratio(port) { return median(port) ? sprintf("%.2f", median(17100) / median(port)) : "-" }
        END {
            printf "%-28s %9.0f  floor %9.0f (%s)  nginx %9.0f (%s)  lighttpd %9.0f (%s)\n", name, median(17100),
                median(17101), ratio(17101), median(17102), ratio(17102), median(17103), ratio(17103)
        }'
}

echo "requests per second: ours, and (ours / theirs)"
all='17100 17101 17102 17103'
peers='17100 17102 17103'
compare '1 KiB, 8 connections' 8 1k.html "$all"
compare '1 KiB, 64 connections' 64 1k.html "$all"
compare '1 KiB, 512 connections' 512 1k.html "$all"
compare '1 KiB, close, 64' 64 1k.html "$peers" 'Connection: close'
compare '100 KiB, 16 connections' 16 100k.bin "$peers"
compare '10 MiB, 16 connections' 16 10m.bin "$peers"
