// The kernel's receive stamps, which follow the wall clock, on the steady clock that round trips
// are measured with; somebody who sets the wall clock meanwhile changes nothing.
#pragma once

#include <chrono>

namespace net {

class KernelClock {
public:
    using Steady = std::chrono::steady_clock::time_point;
    using Wall = std::chrono::system_clock::time_point; // SO_TIMESTAMPNS's
    using Duration = std::chrono::nanoseconds;

    /// How far the wall clock is ahead of the steady clock, and when that was found out.
    struct Reading {
        Duration ahead;
        Steady now;
    };

    KernelClock() : KernelClock(read()) {}
    explicit KernelClock(Reading reading) : ahead_(reading.ahead) {}

    /// When a datagram came that the kernel stamped with `stamp`, never after `reading.now`. If the
    /// wall clock was set since the last call, the stamp may be from before or after that: of the
    /// two moments the later one counts that is not in the future.
    Steady time_of(Wall stamp, Reading reading = read());

    /// Both clocks, asked as if at once.
    [[nodiscard]] static Reading read();

private:
    Duration ahead_; // at the last call
};

} // namespace net
