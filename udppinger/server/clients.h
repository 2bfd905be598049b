// The clients of an echo server, with counters and an optional rate limit for each.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "common/address.h"

namespace udppinger {

/// Counts one client's datagrams. received = answered + lost + refused + heartbeats, once no answer
/// is waiting to be sent.
struct Counters {
    std::uint64_t received = 0;
    std::uint64_t answered = 0;
    std::uint64_t lost = 0;       // on purpose
    std::uint64_t refused = 0;    // rate limit, loop, no room or a send error
    std::uint64_t heartbeats = 0; // not answered
    std::uint64_t duplicated = 0; // among the answered, like the next two
    std::uint64_t held_back = 0;
    std::uint64_t corrupted = 0;
};

/// A token bucket that limits the average events per second. It holds one second's worth, so nearly
/// twice as many may pass in the first second.
class RateLimit {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// Whether one more event may pass at `per_second`; 0: no limit.
    [[nodiscard]] bool admits(Time now, std::uint64_t per_second);

private:
    Time last_{};
    double tokens_ = 0;
};

struct Client {
    Counters counters;
    RateLimit limit;
};

class ClientTable {
public:
    /// The client at that address and port. At most 1000 are kept apart, because addresses can be
    /// forged; the others share one entry.
    [[nodiscard]] Client& at(const net::Address& address);

    /// A line for each client, then one for all.
    [[nodiscard]] std::string text() const;

private:
    std::map<net::Address, Client> clients_;
    Client others_;
};

} // namespace udppinger
