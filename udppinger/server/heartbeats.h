// The lab's other exercise: a client sends heartbeats, and who hears them tells which are missing,
// how long they took and when the client has stopped.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "common/address.h"
#include "common/deadline.h"

namespace udppinger {

class HeartbeatWatch {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// A client that is silent for longer than `patience` has stopped.
    explicit HeartbeatWatch(std::chrono::nanoseconds patience) : patience_(patience) {}

    /// Heartbeat `number` has come, `difference` after the time it names, by two clocks. The lines
    /// to print about it.
    [[nodiscard]] std::string heard(const net::Address& client, std::uint64_t number,
                                    std::chrono::nanoseconds difference, Time now);
    /// When the next client will have been silent for too long.
    [[nodiscard]] net::Deadline next_deadline() const;
    /// A line for each client that has stopped by now; they are forgotten.
    [[nodiscard]] std::string stopped(Time now);

private:
    struct Pulse {
        std::uint64_t last = 0; // the highest number so far
        Time heard{};
    };

    std::chrono::nanoseconds patience_;
    std::map<net::Address, Pulse> pulses_;
};

} // namespace udppinger
