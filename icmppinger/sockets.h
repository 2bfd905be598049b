// The two ICMP sockets of a run, opened before anything else is done, while we still may.
#pragma once

#include <array>
#include <optional>

#include "icmppinger/icmp_socket.h"

namespace icmppinger {

/// The families that are wanted.
struct Families {
    bool ipv4 = true;
    bool ipv6 = true;
};

class Sockets {
public:
    /// Opens those that are wanted. Throws net::Error when none of them can be had.
    Sockets(const Families& wanted, const SocketSettings& settings);

    /// The socket of a family; throws the net::Error of its opening when there is none.
    [[nodiscard]] IcmpSocket& of(Version version);
    /// Closes the socket of a family: no host of the run has it.
    void close(Version version);
    /// For poll; -1 for one that is not there.
    [[nodiscard]] std::array<int, 2> descriptors() const;
    /// Calls `visit` with each that is there.
    template <typename Visit> void for_each(Visit visit)
    {
        for (auto* socket : {&ipv4_, &ipv6_})
            if (*socket) visit(**socket);
    }

private:
    std::optional<IcmpSocket> ipv4_;
    std::optional<IcmpSocket> ipv6_;
    std::optional<net::Error> error_; // why one is missing
};

/// Gives up all that opening the sockets needed: the other user's rights of a set-user-ID program,
/// every capability, and the way back to them.
void drop_privileges();

} // namespace icmppinger
