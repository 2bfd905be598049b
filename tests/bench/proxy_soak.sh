#!/bin/sh
# An hour of mixed load in MINUTES (ten): pages of all sizes in and out of a small cache, clients that leave in the
# middle, an origin that dies and comes back, a proxy that is killed and starts again. In between, the proxy's descriptors, threads and
# memory are told, and every page that comes whole is compared with what it should be.
# Debian: apt-get install curl python3.
set -eu
. "$(dirname "$0")/bench.sh"
: "${PROXY:?set by make bench}"
minutes=${MINUTES:-10}
need curl python3

scratch=$(mktemp -d)
cat >"$scratch/origin.py" <<'END'
import http.server, random, socketserver, time
class Pages(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        number = int(self.path[1:])
        body = (b"%08d" % number) * (number % 5000)
        kind = number % 10
        if kind == 0:
            return self.close_connection_early()
        self.send_response(200)
        if kind < 7: self.send_header("Cache-Control", "max-age=%d" % (kind * 2))
        if kind == 7: self.send_header("ETag", '"%d"' % number)
        if kind == 8: self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        half = len(body) // 2
        self.wfile.write(body[:half])
        if random.random() < 0.05: time.sleep(0.2)
        if random.random() < 0.02:
            self.close_connection = True
            return
        self.wfile.write(body[half:])
    def close_connection_early(self):
        self.close_connection = True
    def log_message(self, *_): pass
class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128
Server(("127.0.0.1", 17402), Pages).serve_forever()
END
cat >"$scratch/client.py" <<'END'
import random, socket, sys, time
wrong = whole = cut = 0
end = time.time() + float(sys.argv[1])
while time.time() < end:
    number = int(random.paretovariate(0.6)) % 3000
    expected = (b"%08d" % number) * (number % 5000)
    try:
        s = socket.create_connection(("127.0.0.1", 17400), 5)
        s.settimeout(20)
        s.sendall(b"GET http://127.0.0.1:17402/%d HTTP/1.1\r\nHost: 127.0.0.1:17402\r\nConnection: close\r\n\r\n" % number)
        if random.random() < 0.1:
            s.recv(100)
            s.close()
            continue
        data = b""
        while True:
            part = s.recv(65536)
            if not part: break
            data += part
        s.close()
        head, _, body = data.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            cut += 1
        elif body == expected:
            whole += 1
        elif expected.startswith(body):
            cut += 1
        else:
            wrong += 1
    except OSError:
        cut += 1
        time.sleep(0.05)
print("%d whole, %d not, %d WRONG" % (whole, cut, wrong))
sys.exit(wrong > 0)
END
proxy= origin= clients=
trap 'kill -9 $proxy $origin $clients 2>/dev/null; rm -rf "$scratch"' EXIT
start_origin() { python3 "$scratch/origin.py" 2>/dev/null & origin=$!; }
start_proxy() { "$PROXY" 17400 --cache-dir "$scratch/cache" --cache-size 8 --log none 2>/dev/null & proxy=$!; }
tell() { echo "$1: $(holdings "$proxy"), $(du -sm "$scratch/cache" | cut -f1) MiB stored"; }

start_origin
start_proxy
sleep 1
for client in 1 2 3 4 5 6 7 8; do
    python3 "$scratch/client.py" $((minutes * 60)) >"$scratch/client.$client" & clients="$clients $!"
done
for minute in $(seq "$minutes"); do
    sleep 20; tell "minute $minute, at work"
    kill -9 "$origin"; wait "$origin" 2>/dev/null || true
    sleep 5; start_origin
    sleep 20; tell "minute $minute, the origin is back"
    kill -9 "$proxy"; wait "$proxy" 2>/dev/null || true
    start_proxy
    sleep 14; tell "minute $minute, started again"
done
status=0
for client in $clients; do wait "$client" || status=1; done
sleep 5
tell 'at rest'
cat "$scratch"/client.[0-9]
exit $status
