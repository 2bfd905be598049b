# Sourced by the benches that measure throughput: the rest of them runs in a network namespace of its own, with the
# congestion control that Debian's kernel has. Where it is bbr, its pacing is all that is measured on loopback.
if [ "$(id -u)" = 0 ] && [ -z "${IN_OWN_NETWORK:-}" ] && unshare -n true 2>/dev/null; then
    IN_OWN_NETWORK=1 exec unshare -n sh "$0" "$@"
fi
if [ -n "${IN_OWN_NETWORK:-}" ]; then
    ip link set lo up
    sysctl -qw net.ipv4.tcp_congestion_control=cubic
fi
echo "congestion control: $(cat /proc/sys/net/ipv4/tcp_congestion_control)"
