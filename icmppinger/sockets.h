// The two ICMP sockets of a run, opened before the privileges are dropped.
#pragma once

#include <array>
#include <optional>

#include "icmppinger/icmp_socket.h"

namespace icmppinger {

/// The enabled address families.
struct Families {
    bool ipv4 = true;
    bool ipv6 = true;
};

class Sockets {
public:
    /// Opens a socket for each enabled family. Throws net::Error if none can be opened.
    Sockets(const Families& enabled, const SocketSettings& settings);

    /// The socket of a family; if it could not be opened, throws the net::Error of the attempt.
    [[nodiscard]] IcmpSocket& of(Version version);
    /// Closes the socket of a family that no host of the run has.
    void close(Version version);
    /// For poll; -1 for a socket that is not open.
    [[nodiscard]] std::array<int, 2> descriptors() const;
    /// Calls `visit` with each open socket.
    template <typename Visit> void for_each(Visit visit)
    {
        for (auto* socket : {&ipv4_, &ipv6_})
            if (*socket) visit(**socket);
    }

private:
    std::optional<IcmpSocket> ipv4_;
    std::optional<IcmpSocket> ipv6_;
    std::optional<net::Error> error_; // of the first socket that could not be opened
};

/// Drops the privileges that opening the sockets needed: the owner's rights of a set-user-ID
/// program, all capabilities, and the ability to regain them. Throws net::Error.
void drop_privileges();

} // namespace icmppinger
