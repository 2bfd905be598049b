#!/bin/sh
# router.sh COMMAND...: runs COMMAND in a network namespace with the address 192.0.2.1 and the router 192.0.2.2, which has a
# route to 198.51.100.0/24. It needs no root where users may create namespaces; otherwise it prints what is missing.
set -eu
for tool in unshare:util-linux nsenter:util-linux ip:iproute2; do
    command -v "${tool%:*}" >/dev/null || {
        echo "(not shown: ${tool%:*} is not installed; apt-get install ${tool#*:})"
        exit 0
    }
done
if [ "${1:-}" != --inside ]; then
    if ! unshare --map-root-user --net true 2>/dev/null; then
        echo "(not shown: this needs root, or a system where users may create namespaces)"
        exit 0
    fi
    exec unshare --map-root-user --net "$0" --inside "$@"
fi
shift

unshare --net sleep 60 &
router=$!
trap 'kill $router' EXIT
in_router() { nsenter --target "$router" --net "$@"; }
until [ "$(readlink "/proc/$router/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done

ip link add lan type veth peer name lan netns "$router"
ip address add 192.0.2.1/24 dev lan
ip link set lan up
ip route add default via 192.0.2.2
in_router ip address add 192.0.2.2/24 dev lan
in_router ip link set lan up
in_router ip link add beyond type dummy 2>/dev/null || in_router ip link add beyond type veth peer name further
in_router ip link set beyond up
in_router ip route add 198.51.100.0/24 dev beyond
in_router sysctl -qw net.ipv4.ip_forward=1 2>/dev/null || in_router sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
"$@"
