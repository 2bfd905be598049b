// The way of pings to the sockets and of answers from them, judged.
#pragma once

#include <functional>

#include "common/deadline.h"

#include "icmppinger/match.h"
#include "icmppinger/sockets.h"

namespace icmppinger {

/// Something that came.
struct Arrival {
    const Received* received = nullptr; // nothing for an error that only the kernel has seen
    Version version = Version::v4;
    Verdict verdict{};
};

class Exchange {
public:
    /// With `explains`, standard error shows each packet; whoever reads has time until `end`. All
    /// that is passed must outlive it.
    Exchange(Sockets& sockets, Targets& targets, Kind kind, bool explains, net::Deadline end)
        : sockets_(sockets), targets_(targets), kind_(kind), explains_(explains), end_(end)
    {
    }

    /// A ping that has left, or was to.
    struct Sent {
        std::uint64_t number = 0;
        net::PingLog::Time when{};
        std::optional<net::Error> error{}; // why it could not leave: it is decided then
    };
    /// Sends the next ping to a target, to live for so many hops (0: as the socket has it).
    [[nodiscard]] Sent send(Target& target, std::uint8_t hops = 0);

    using Take = std::function<void(const Arrival&)>;
    /// Calls `take` with all that is there.
    void receive(const Take& take);
    /// The same with at most so many messages of each socket; whether there was anything.
    bool receive_some(const Take& take, std::size_t most);

private:
    bool receive_errors(IcmpSocket& socket, const Take& take);
    bool receive_messages(IcmpSocket& socket, const Take& take, std::size_t most = SIZE_MAX);
    void send_by(IcmpSocket& socket, Target& target, std::uint8_t hops) const;

    Sockets& sockets_;
    Targets& targets_;
    Kind kind_;
    bool explains_;
    net::Deadline end_;
    std::vector<std::byte> buffer_;
};

} // namespace icmppinger
