# What the benches share; they source it.

need() { # TOOL...: without one of them there is nothing to measure
    for tool in "$@"; do
        command -v "$tool" >/dev/null || { echo "$(basename "$0" .sh): skipped: $tool is not installed"; exit 0; }
    done
}

# The rest of the bench runs in a network namespace of its own, if it may, with the congestion control that Debian's
# kernel has: where it is bbr, its pacing is all that is measured on loopback.
on_own_network() {
    control=/proc/sys/net/ipv4/tcp_congestion_control
    if [ -n "${IN_OWN_NETWORK:-}" ]; then
        echo cubic >$control 2>/dev/null || true
    elif unshare -n ip link set lo up 2>/dev/null; then
        IN_OWN_NETWORK=1 exec unshare -n sh -c 'ip link set lo up && exec sh "$0"' "$0"
    fi
    echo "congestion control: $(cat $control)"
}

holdings() { # PID: what the process holds
    echo "$(find "/proc/$1/fd" -mindepth 1 | wc -l) descriptors, $(awk '/^Threads/ { t = $2 } /^VmRSS/ { m = $2 }
        END { print t " threads, " m " kB" }' "/proc/$1/status")"
}
