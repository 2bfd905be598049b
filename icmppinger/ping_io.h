// Sends pings, receives messages and matches them with the pings.
#pragma once

#include <functional>

#include "common/deadline.h"

#include "icmppinger/match.h"
#include "icmppinger/sockets.h"

namespace icmppinger {

/// A received message or error, with its match.
struct ReceivedMessage {
    const Received* received = nullptr; // null for an error from the socket's error queue
    Version version = Version::v4;
    Match match{};
};

class PingIo {
public:
    /// With `explains`, each packet is drawn on standard error; writes to a stalled reader give up
    /// at `end`. Sockets and targets must outlive the PingIo.
    PingIo(Sockets& sockets, Targets& targets, RequestKind kind, bool explains, net::Deadline end)
        : sockets_(sockets), targets_(targets), kind_(kind), explains_(explains), end_(end)
    {
    }

    /// A ping that was sent or could not be sent.
    struct Sent {
        std::uint64_t number = 0;
        net::PingLog::Time when{};
        std::optional<net::Error> error{}; // why sending failed; the ping is logged as an error
    };
    /// Sends the next ping to a target, with `hops` as TTL (0: the socket's setting).
    [[nodiscard]] Sent send(Target& target, std::uint8_t hops = 0);

    using Handler = std::function<void(const ReceivedMessage&)>;
    /// Calls `handle` for each message and error in the sockets' buffers, up to a limit.
    void receive(const Handler& handle);
    /// The same for at most `most` messages of each socket. Returns whether there were any.
    bool receive_some(const Handler& handle, std::size_t most);

private:
    bool receive_errors(IcmpSocket& socket, const Handler& handle);
    bool receive_messages(IcmpSocket& socket, const Handler& handle, std::size_t most = SIZE_MAX);
    void send_by(IcmpSocket& socket, Target& target, std::uint8_t hops) const;

    Sockets& sockets_;
    Targets& targets_;
    RequestKind kind_;
    bool explains_;
    net::Deadline end_;
    std::vector<std::byte> buffer_;
};

} // namespace icmppinger
