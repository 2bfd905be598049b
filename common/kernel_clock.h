// Converts the kernel's receive time stamps (wall clock) to the steady clock, which measures round
// trips. Setting the wall clock meanwhile does not change the result.
#pragma once

#include <chrono>

namespace net {

class KernelClock {
public:
    using Steady = std::chrono::steady_clock::time_point;
    using Wall = std::chrono::system_clock::time_point; // of SO_TIMESTAMPNS
    using Duration = std::chrono::nanoseconds;

    /// How far the wall clock is ahead of the steady clock, and when that was measured.
    struct Reading {
        Duration ahead;
        Steady now;
    };

    KernelClock() : KernelClock(read()) {}
    explicit KernelClock(Reading reading) : ahead_(reading.ahead) {}

    /// The arrival time of a datagram with the kernel's `stamp`, never after `reading.now`. If the
    /// wall clock was set since the last call, the stamp may be from before or after that: the
    /// later of the two possible times that is not in the future counts.
    Steady time_of(Wall stamp, Reading reading = read());

    /// Reads both clocks as close together as possible.
    [[nodiscard]] static Reading read();

private:
    Duration ahead_; // at the last call
};

} // namespace net
