#include "common/kernel_clock.h"

#include "catch.h"

using net::KernelClock;
using namespace std::chrono_literals;

namespace {

/// A reading of both clocks at a time of the steady clock.
KernelClock::Reading reading(KernelClock::Duration ahead, KernelClock::Duration now)
{
    return {ahead, KernelClock::Steady(now)};
}

KernelClock::Wall wall(KernelClock::Duration time)
{
    return KernelClock::Wall(time);
}

} // namespace

TEST_CASE("A stamp is converted to the steady clock", "[common][kernel_clock]")
{
    KernelClock clock(reading(1000s, 10s));
    CHECK(clock.time_of(wall(1010s + 500us), reading(1000s, 10s + 600us)) ==
          KernelClock::Steady(10s + 500us));
}

TEST_CASE("A stamp that waited in the queue keeps its time", "[common][kernel_clock]")
{
    KernelClock clock(reading(1000s, 10s));
    CHECK(clock.time_of(wall(1011s), reading(1000s, 100s)) == KernelClock::Steady(11s));
}

TEST_CASE("Setting the wall clock between stamp and reading changes nothing",
          "[common][kernel_clock]")
{
    const auto step = GENERATE(3600s, -3600s, 1s, -1s);
    CAPTURE(step.count());
    KernelClock clock(reading(10'000s, 10s));
    const auto after = reading(10'000s + step, 10s + 700us);
    CHECK(clock.time_of(wall(10'010s + 500us), after) == KernelClock::Steady(10s + 500us));
    // stamped by the new clock
    KernelClock other(reading(10'000s, 10s));
    CHECK(other.time_of(wall(10'010s + step + 500us), after) == KernelClock::Steady(10s + 500us));
    // from then on the new offset counts
    CHECK(other.time_of(wall(10'011s + step), reading(10'000s + step, 12s)) ==
          KernelClock::Steady(11s));
}

TEST_CASE("A converted stamp is never in the future", "[common][kernel_clock]")
{
    KernelClock clock(reading(1000s, 10s));
    CHECK(clock.time_of(wall(1010s + 5us), reading(1000s, 10s)) == KernelClock::Steady(10s));
}

TEST_CASE("Both clocks are read close together", "[common][kernel_clock]")
{
    const auto one = KernelClock::read();
    const auto two = KernelClock::read();
    CHECK(two.now >= one.now);
    CHECK(std::chrono::abs(two.ahead - one.ahead) < 10ms); // unless the clock is set meanwhile
}
