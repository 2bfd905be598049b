// The clients of an echo server: counters for each, and an optional rate limit for each host.
#pragma once

#include <cstdint>
#include <string>

#include "udppinger/server/address_table.h"
#include "udppinger/server/repeats.h"

namespace udppinger {

/// Counts one client's datagrams. received = answered + lost + refused + heartbeats, once no answer
/// is waiting to be sent.
struct Counters {
    std::uint64_t received = 0;
    std::uint64_t answered = 0;
    std::uint64_t lost = 0;       // on purpose
    std::uint64_t refused = 0;    // rate limit, loop or no room
    std::uint64_t heartbeats = 0; // not answered
    std::uint64_t duplicated = 0; // among the answered, like the next three
    std::uint64_t held_back = 0;
    std::uint64_t corrupted = 0;
    std::uint64_t unsent = 0; // answers and their duplicates that the system refused to send
};

struct Client {
    Counters counters;
    RepeatLimit repeats;
};

class ClientTable {
public:
    using Time = RateLimit::Time;

    /// The client at that address and port, which sent a datagram at `now`. At most 1000 are kept
    /// apart; the others, and those that gave up their places to new ones, share an entry.
    [[nodiscard]] Client& at(const net::Address& address, Time now);
    /// The entry of a client that sent something earlier.
    [[nodiscard]] Client& known(const net::Address& address);
    /// The rate limit of the host, whatever its ports; hosts beyond 1000 share one.
    [[nodiscard]] RateLimit& limit_of(const net::Address& address, Time now);

    /// A line for each client, then one for all.
    [[nodiscard]] std::string text() const;

private:
    AddressTable<Client> clients_;
    AddressTable<RateLimit> limits_; // by addresses with port 0
    Client others_;
    RateLimit limit_of_others_;
};

} // namespace udppinger
