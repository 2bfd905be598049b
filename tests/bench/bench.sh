# What the benches share; they source it.

need() { # TOOL...: without one of them there is nothing to measure
    for tool in "$@"; do
        command -v "$tool" >/dev/null || { echo "$(basename "$0" .sh): skipped: $tool is not installed"; exit 0; }
    done
}

# The rest of the bench runs in a network namespace of its own, with the congestion control that Debian's kernel has:
# where it is bbr, its pacing is all that is measured on loopback.
on_own_network() {
    if [ "$(id -u)" = 0 ] && [ -z "${IN_OWN_NETWORK:-}" ] && unshare -n true 2>/dev/null; then
        IN_OWN_NETWORK=1 exec unshare -n sh "$0"
    fi
    if [ -n "${IN_OWN_NETWORK:-}" ]; then
        ip link set lo up
        sysctl -qw net.ipv4.tcp_congestion_control=cubic
    fi
    echo "congestion control: $(cat /proc/sys/net/ipv4/tcp_congestion_control)"
}

holdings() { # PID: what the process holds
    echo "$(find "/proc/$1/fd" -mindepth 1 | wc -l) descriptors, $(awk '/^Threads/ { t = $2 } /^VmRSS/ { m = $2 }
        END { print t " threads, " m " kB" }' "/proc/$1/status")"
}
