// The lab's heartbeat exercise: clients send heartbeats, and the server reports missing
// heartbeats, one-way delays and clients that have stopped.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "common/address.h"
#include "common/deadline.h"

namespace udppinger {

class Heartbeats {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// A client that is silent for `timeout` has stopped.
    explicit Heartbeats(std::chrono::nanoseconds timeout) : timeout_(timeout) {}

    /// Records heartbeat `number`, received `difference` after the time it names (by two clocks);
    /// nullopt when that is unreadable. Heartbeats before a client's first are not missing: the
    /// server may have started later. Returns the lines to print.
    [[nodiscard]] std::string received(const net::Address& client, std::uint64_t number,
                                       std::optional<std::chrono::nanoseconds> difference,
                                       Time now);
    /// When the client that is silent for longest counts as stopped.
    [[nodiscard]] net::Deadline next_deadline() const;
    /// A line for each client that has stopped by `now`; their entries are deleted.
    [[nodiscard]] std::string stopped(Time now);

private:
    struct Sender {
        std::uint64_t last = 0; // the highest number so far
        Time last_time{};
    };

    std::chrono::nanoseconds timeout_;
    std::map<net::Address, Sender> senders_;
};

} // namespace udppinger
