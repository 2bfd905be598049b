// Who asked an echo server, how often, and what became of it; the pace of each is bounded on
// demand.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "common/address.h"

namespace udppinger {

/// What became of one client's datagrams. received = answered + lost + refused + heartbeats, once
/// nothing is waiting to leave.
struct Counters {
    std::uint64_t received = 0;
    std::uint64_t answered = 0;
    std::uint64_t lost = 0;       // on purpose
    std::uint64_t refused = 0;    // for a reason: too many, a loop, the system would not send
    std::uint64_t heartbeats = 0; // nobody answers them
    std::uint64_t duplicated = 0; // of the answered ones, as the next two
    std::uint64_t held_back = 0;
    std::uint64_t corrupted = 0;
};

/// Lets so many events through each second on average: a bucket that holds one second's worth, so
/// that nearly twice as many may pass in the first.
class RateLimit {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// Whether one more may pass, at `per_second`; 0 is without limit.
    [[nodiscard]] bool admits(Time now, std::uint64_t per_second);

private:
    Time last_{};
    double tokens_ = 0;
};

struct Client {
    Counters counters;
    RateLimit limit;
};

class Clients {
public:
    /// The client at that address and port. Only so many are told apart (anybody can invent
    /// addresses): the rest are one.
    [[nodiscard]] Client& at(const net::Address& address);

    /// A line for each client, then one for all.
    [[nodiscard]] std::string text() const;

private:
    std::map<net::Address, Client> clients_;
    Client others_;
};

} // namespace udppinger
