#include "common/kernel_clock.h"

#include <algorithm>

namespace net {

using namespace std::chrono_literals;

KernelClock::Steady KernelClock::time_of(Wall stamp, Reading reading)
{
    const auto by = [stamp](Duration ahead) { return Steady(stamp.time_since_epoch() - ahead); };
    constexpr Duration noise = 20us; // between two readings without a clock change
    const bool was_set = std::chrono::abs(reading.ahead - ahead_) > noise;
    const Steady before = by(ahead_);
    const Steady after = by(reading.ahead);
    ahead_ = reading.ahead;
    if (was_set && before <= reading.now && (before > after || after > reading.now)) return before;
    return std::min(after, reading.now);
}

KernelClock::Reading KernelClock::read()
{
    Reading best{};
    Duration shortest = Duration::max();
    for (int tries = 0; tries < 4; ++tries) { // again if the thread was preempted in between
        const Steady before = std::chrono::steady_clock::now();
        const Wall wall = std::chrono::system_clock::now();
        const Steady after = std::chrono::steady_clock::now();
        const Duration width = after - before;
        if (width < shortest) {
            shortest = width;
            best = {wall.time_since_epoch() - (before + width / 2).time_since_epoch(), after};
        }
        constexpr Duration at_once = 2us;
        if (width < at_once) break;
    }
    return best;
}

} // namespace net
