#!/bin/sh
# The mail client beside curl and msmtp, all to the same sink: a 100 MiB attachment (time, CPU, memory), and 1,000
# short messages, ours over one connection, msmtp's one process each. All take turns, ROUNDS times; medians are printed.
# Debian: apt-get install msmtp curl time python3. ROUNDS can be set in the environment.
set -eu
. "$(dirname "$0")/bench.sh"
: "${MAILCLIENT:?set by make bench}" "${MAILSINK:?set by make bench}"
rounds=${ROUNDS:-5}
need curl msmtp python3
on_own_network
[ -x /usr/bin/time ] || { echo "mail_peers: skipped: /usr/bin/time is not installed (package time)"; exit 0; }

scratch=$(mktemp -d)
trap 'kill "$sink" 2>/dev/null; wait 2>/dev/null; rm -rf "$scratch"' EXIT
mkfifo "$scratch/first"
"$MAILSINK" 0 -q --size 1000000000 -d "$scratch/mail" 2>"$scratch/first" & sink=$!
read -r line <"$scratch/first"
port=$(echo "$line" | sed 's/listening on [0-9.]*:\([0-9]*\),.*/\1/')

head -c 104857600 /dev/urandom >"$scratch/large.bin"
# curl's and msmtp's message has to be made first; that is not counted.
"$MAILCLIENT" -q -n -f a@x.example -m 'Here it is.' -a "$scratch/large.bin" b@x.example >"$scratch/large.eml"
printf 'From: a@x.example\r\nTo: b@x.example\r\nSubject: short\r\n\r\nHi.\r\n' >"$scratch/short.eml"
for i in $(seq 1000); do
    printf 'From a Sun Nov 22 12:00:00 2026\nFrom: a@x.example\nTo: b@x.example\nSubject: short %s\n\nHi.\n\n' "$i"
done >"$scratch/mbox"

measure() { # NAME COMMAND...: seconds, seconds of CPU, MB
    name=$1; shift
    /usr/bin/time -o "$scratch/time" -f '%e %U %S %M' sh -c "$*" >/dev/null
    awk -v name="$name" '{ print name, $1, $2 + $3, $4 / 1024 }' "$scratch/time" >>"$scratch/results"
    rm -f "$scratch"/mail/*.eml
}
ours_large() { measure ours_large "$MAILCLIENT -q --tls off -f a@x.example --server localhost:$port -m Here -a $scratch/large.bin b@x.example"; }
curl_large() { measure curl_large "curl -s --mail-from a@x.example --mail-rcpt b@x.example -F 'text=Here' -F 'file=@$scratch/large.bin;encoder=base64' smtp://localhost:$port"; }
msmtp_large() { measure msmtp_large "msmtp --host=localhost --port=$port --tls=off --auth=off -f a@x.example b@x.example <$scratch/large.eml"; }
ours_short() { measure ours_short "$MAILCLIENT -q --tls off --mbox --server localhost:$port <$scratch/mbox"; }
msmtp_short() { measure msmtp_short "for i in \$(seq 1000); do msmtp --host=localhost --port=$port --tls=off --auth=off -f a@x.example b@x.example <$scratch/short.eml; done"; }
: >"$scratch/results"
for round in $(seq "$rounds"); do
    ours_large; curl_large; msmtp_large; ours_short; msmtp_short
done
sort -k1,1 -k2,2n "$scratch/results" | awk '
    { n[$1]++; seconds[$1] = seconds[$1] " " $2; cpu[$1] = cpu[$1] " " $3; memory[$1] = $4 }
    function median(text,    list, count) { count = split(text, list, " "); return list[int((count + 1) / 2)] }
    END {
        split("ours_large curl_large msmtp_large ours_short msmtp_short", names, " ")
        for (i = 1; i <= 5; ++i)
            printf "%-12s %7.2f s  %6.2f s CPU  %6.1f MB\n", names[i], median(seconds[names[i]]), median(cpu[names[i]]),
                memory[names[i]]
        printf "1,000 short messages: %.1f times as fast as one msmtp each\n",
            median(seconds["msmtp_short"]) / median(seconds["ours_short"])
    }'
