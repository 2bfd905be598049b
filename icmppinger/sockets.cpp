#include "icmppinger/sockets.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace icmppinger {

Sockets::Sockets(const Families& enabled, const SocketSettings& settings)
{
    const auto open = [&](std::optional<IcmpSocket>& socket, Version version) {
        try {
            socket.emplace(IcmpSocket::open(version, settings));
        } catch (const net::Error& error) {
            if (!error_) error_ = error;
        }
    };
    if (enabled.ipv4) open(ipv4_, Version::v4);
    if (enabled.ipv6) open(ipv6_, Version::v6);
    if (!ipv4_ && !ipv6_) throw error_.value_or(net::Error("no address family is enabled"));
}

IcmpSocket& Sockets::of(Version version)
{
    auto& socket = version == Version::v4 ? ipv4_ : ipv6_;
    if (!socket) throw error_.value_or(net::Error("the address family is not enabled"));
    return *socket;
}

void Sockets::close(Version version)
{
    (version == Version::v4 ? ipv4_ : ipv6_).reset();
}

std::array<int, 2> Sockets::descriptors() const
{
    return {ipv4_ ? ipv4_->descriptor() : -1, ipv6_ ? ipv6_->descriptor() : -1};
}

void drop_privileges()
{
    if (::setgid(::getgid()) == -1 || ::setuid(::getuid()) == -1)
        net::fail("drop the privileges of the program's owner");
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    const std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
    if (::syscall(SYS_capset, &header, none.data()) == -1) net::fail("drop all capabilities");
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) net::fail("disable new privileges");
}

} // namespace icmppinger
