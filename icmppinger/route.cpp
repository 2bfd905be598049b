#include "icmppinger/route.h"

#include <netinet/in.h>

#include <cstring>

#include "common/error.h"
#include "common/file_descriptor.h"

namespace icmppinger {
namespace {

/// A UDP socket connected to `to`: makes the kernel find the route, sends nothing.
net::FileDescriptor probe(const net::Address& to)
{
    net::FileDescriptor socket(::socket(to.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket) net::fail("open a socket");
    sockaddr_in6 address{};
    std::memcpy(&address, to.data(), to.size());
    address.sin6_port = htons(1); // connect needs one; its offset is the same in both families
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), to.size()) == -1)
        net::fail("find a route to " + to.host());
    return socket;
}

} // namespace

std::optional<std::uint32_t> known_mtu(const net::Address& to)
try {
    const net::FileDescriptor socket = probe(to);
    const bool is_v6 = to.family() == AF_INET6;
    int mtu = 0;
    socklen_t size = sizeof mtu;
    if (::getsockopt(socket.get(), is_v6 ? IPPROTO_IPV6 : IPPROTO_IP, is_v6 ? IPV6_MTU : IP_MTU,
                     &mtu, &size) == -1 ||
        mtu <= 0)
        return std::nullopt;
    return static_cast<std::uint32_t>(mtu);
} catch (const net::Error&) {
    return std::nullopt;
}

net::Address routed(const net::Address& to)
{
    const net::FileDescriptor socket = probe(to);
    sockaddr_in6 address{};
    socklen_t size = sizeof address;
    if (::getpeername(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) == -1)
        net::fail("find a route to " + to.host());
    address.sin6_port = 0;
    return {reinterpret_cast<const sockaddr*>(&address), size};
}

} // namespace icmppinger
