#!/bin/sh
# The web server for MINUTES (ten) under wrk and under clients that leave in the middle of everything: half heads, half
# bodies, answers that nobody reads, resets. Each minute its descriptors, threads and memory are told; bytes that come
# are compared with the file's.
# Debian: apt-get install wrk python3.
set -eu
. "$(dirname "$0")/bench.sh"
: "${WEBSERVER:?set by make bench}"
minutes=${MINUTES:-10}
need wrk python3

scratch=$(mktemp -d)
mkdir "$scratch/site"
head -c 768 /dev/urandom | base64 -w 0 >"$scratch/site/1k.html"
head -c 3000000 /dev/urandom >"$scratch/site/3m.bin"
cat >"$scratch/leaver.py" <<'END'
import random, socket, struct, sys, time
content = open(sys.argv[2], "rb").read()
end = time.time() + float(sys.argv[1])
left = wrong = 0
get = b"GET /3m.bin HTTP/1.1\r\nHost: a\r\n\r\n"
while time.time() < end:
    try:
        s = socket.create_connection(("127.0.0.1", 17500), 5)
        s.settimeout(5)
        what = random.randrange(5)
        if what == 0: s.sendall(get[:random.randrange(len(get))])
        if what == 1: s.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf")
        if what == 2: s.sendall(get * 50) # and reads nothing
        if what > 2:
            s.sendall(get)
            data = b""
            while len(data) < random.randrange(3000000):
                part = s.recv(65536)
                if not part: break
                data += part
            wrong += not content.startswith(data.partition(b"\r\n\r\n")[2])
        if random.random() < 0.5: s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)) # a reset
        if what < 3: time.sleep(random.random() / 10)
        s.close()
        left += 1
    except OSError:
        pass
print("%d left in the middle, %d read WRONG bytes" % (left, wrong))
sys.exit(wrong > 0)
END
"$WEBSERVER" 17500 "$scratch/site" --log none --max-clients 400 2>/dev/null & server=$!
clients=
trap 'kill -9 $server $clients 2>/dev/null; rm -rf "$scratch"' EXIT
tell() { echo "$1: $(holdings "$server")"; }

sleep 1
tell 'at the start'
for client in 1 2 3 4; do
    python3 "$scratch/leaver.py" $((minutes * 60)) "$scratch/site/3m.bin" >"$scratch/client.$client" & clients="$clients $!"
done
wrk -t1 -c64 "-d$((minutes * 60))" http://127.0.0.1:17500/1k.html >"$scratch/wrk" & clients="$clients $!"
for minute in $(seq "$minutes"); do
    sleep 57
    tell "minute $minute"
done
status=0
for client in $clients; do wait "$client" || status=1; done
sleep 5
tell 'at rest'
cat "$scratch"/client.[0-9]
sed -n '/requests in/p; /Socket errors/p; /Non-2xx/p' "$scratch/wrk"
exit $status
