# The figures that the README promises of icmppinger, beside ping and fping in the same run: $ICMPPINGER, in a
# network of its own. All are ratios or differences, taken in turns, so that a busy machine disturbs all alike.
#
#   ICMPPINGER=$PWD/icmppinger/icmppinger sh tests/bench/icmp_peers.sh [ROUNDS]
set -eu
. "$(dirname "$0")/bench.sh"
rounds=${1:-5}
need ping fping ip unshare nsenter
if [ -z "${ICMP_BENCH_NETWORK-}" ]; then
    ICMP_BENCH_NETWORK=1 exec unshare -n -m sh "$0" "$rounds"
fi

scratch=$(mktemp -d)
unshare -n sleep 3600 >/dev/null 2>&1 &
other=$!
trap 'kill $other; rm -r "$scratch"' EXIT
while [ "$(readlink /proc/$other/ns/net)" = "$(readlink /proc/$$/ns/net)" ]; do :; done
ip link set lo up
ip link add our0 type veth peer name their0 netns $other
ip address add 10.1.0.1/24 dev our0
ip link set our0 up
nsenter -t $other -n sh -c 'ip link set lo up; ip address add 10.1.0.2/24 dev their0; ip link set their0 up'
until ping -c1 -W1 10.1.0.2 >/dev/null; do :; done

echo "load: $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) processors"

median() { # of the numbers on standard input
    sort -g | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}

figure() { # FIELD FILE: min, avg, max or mdev of a ping's closing line
    sed -n 's/^rtt .* = \([0-9./]*\) ms.*/\1/p' "$2" | cut -d/ -f"$1"
}

compare_rtt() { # NAME HOST: 1,000 pings 2 ms apart
    for round in $(seq "$rounds"); do
        ping -q -c1000 -i0.002 "$2" >"$scratch/ping"
        "$ICMPPINGER" -q -c1000 -i0.002 "$2" >"$scratch/ours"
        for tool in ping ours; do
            figure 1 "$scratch/$tool" >>"$scratch/$1-$tool-min"
            figure 2 "$scratch/$tool" >>"$scratch/$1-$tool-avg"
        done
    done
    for what in min avg; do
        theirs=$(median <"$scratch/$1-ping-$what")
        ours=$(median <"$scratch/$1-ours-$what")
        echo "$1 $what: ping $theirs ms, icmppinger $ours ms," \
            "difference $(echo "$ours $theirs" | awk '{ printf "%+.0f", ($1 - $2) * 1000 }') us (promised: within 3)"
    done
}

compare_flood() {
    for round in $(seq "$rounds"); do
        flood_of ping ping
        flood_of ours "$ICMPPINGER"
    done
    for what in rate cpu; do
        theirs=$(median <"$scratch/ping-$what")
        ours=$(median <"$scratch/ours-$what")
        echo "flood, pings a second$([ $what = rate ] || echo ' of processor time'): ping $theirs, icmppinger $ours," \
            "ratio $(echo "$ours $theirs" | awk '{ printf "%.2f", $1 / $2 }') (promised: 1.0)"
    done
}

flood_of() { # NAME COMMAND
    /usr/bin/env bash -c 'TIMEFORMAT="%R %U %S"; time "$1" -q -f -c200000 127.0.0.1 >"$0" 2>&1' \
        "$scratch/flood" "$2" 2>"$scratch/time"
    grep -q ' 0% packet loss' "$scratch/flood" || echo "$1 has lost some: $(grep loss "$scratch/flood")"
    awk '{ print 200000 / $1 }' "$scratch/time" >>"$scratch/$1-rate"
    awk '{ print 200000 / ($2 + $3) }' "$scratch/time" >>"$scratch/$1-cpu"
}

thousand_hosts() { # 10,000 pings a second to 1,000 hosts, 20 each
    for host in $(seq 1000); do
        echo "127.0.$((host / 250)).$((host % 250 + 1))"
    done >"$scratch/hosts"
    for round in $(seq "$rounds"); do
        "$ICMPPINGER" -q -c20 -i0.1 - <"$scratch/hosts" >"$scratch/table" || true
        fping -q -c20 -i0.1 -p100 -f "$scratch/hosts" >"$scratch/fping" 2>&1 || true
        awk '/^127/ { sent += $2; received += $3 } END { print (sent - received) * 100 / sent }' "$scratch/table" >>"$scratch/ours-loss"
        sed -n 's|.*xmt/rcv/%loss = \([0-9]*\)/\([0-9]*\)/.*|\1 \2|p' "$scratch/fping" |
            awk '{ sent += $1; received += $2 } END { print (sent - received) * 100 / sent }' >>"$scratch/fping-loss"
        sed -n 's/.*time \([0-9]*\)ms ---/\1/p' "$scratch/table" >>"$scratch/ours-time"
    done
    echo "1,000 hosts at 10 kHz: fping loses $(median <"$scratch/fping-loss") %," \
        "icmppinger $(median <"$scratch/ours-loss") % (worst $(sort -g "$scratch/ours-loss" | tail -1) %; promised: 0)," \
        "20,000 pings in $(median <"$scratch/ours-time") ms"
}

compare_rtt loopback 127.0.0.1
compare_rtt veth 10.1.0.2
compare_flood
thousand_hosts
