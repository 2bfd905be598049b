#include "udppinger/server/impairment.h"

#include "catch.h"

#include <string>

using udppinger::DatagramEffects;
using udppinger::Impairment;
using udppinger::NetworkEmulator;
using namespace std::chrono_literals;

namespace {

std::string losses(const Impairment& impairment)
{
    NetworkEmulator network(impairment);
    std::string text;
    for (int i = 0; i < 200; ++i)
        text += network.next().lost ? 'x' : '.';
    return text;
}

} // namespace

TEST_CASE("Without impairments every datagram is unchanged", "[udppinger][impairment]")
{
    NetworkEmulator network({.loss = 0});
    for (int i = 0; i < 1000; ++i) {
        const DatagramEffects effects = network.next();
        REQUIRE_FALSE(effects.lost);
        REQUIRE_FALSE(effects.held);
        REQUIRE_FALSE(effects.duplicate_delay);
        REQUIRE_FALSE(effects.corrupt_byte);
        REQUIRE(effects.delay == 0ns);
    }
}

TEST_CASE("A seed repeats the losses, another seed does not", "[udppinger][impairment]")
{
    CHECK(losses({.seed = 5}) == losses({.seed = 5}));
    CHECK(losses({.seed = 5}) != losses({.seed = 6}));
}

TEST_CASE("The losses do not depend on the other impairments", "[udppinger][impairment]")
{
    CHECK(losses({.duplicate = 50,
                  .reorder = 20,
                  .corrupt = 10,
                  .delay = 20ms,
                  .jitter = 10ms,
                  .seed = 5}) == losses({.seed = 5}));
}

TEST_CASE("Delays vary by up to the jitter and are never negative", "[udppinger][impairment]")
{
    NetworkEmulator network({.loss = 0, .duplicate = 100, .delay = 20ms, .jitter = 15ms});
    NetworkEmulator early({.loss = 0, .delay = 1ms, .jitter = 10ms});
    std::chrono::nanoseconds shortest = 1h;
    std::chrono::nanoseconds longest = 0s;
    for (int i = 0; i < 1000; ++i) {
        const DatagramEffects effects = network.next();
        REQUIRE(effects.duplicate_delay);
        shortest = std::min({shortest, effects.delay, *effects.duplicate_delay});
        longest = std::max({longest, effects.delay, *effects.duplicate_delay});
        REQUIRE(early.next().delay >= 0ns);
    }
    CHECK(shortest >= 5ms);
    CHECK(shortest < 6ms);
    CHECK(longest <= 35ms);
    CHECK(longest > 34ms);
}

TEST_CASE("Each impairment occurs with its probability", "[udppinger][impairment]")
{
    NetworkEmulator network({.loss = 30, .duplicate = 20, .reorder = 10, .corrupt = 5, .seed = 9});
    int lost = 0;
    int duplicate_delay = 0;
    int held = 0;
    int corrupt = 0;
    constexpr int count = 20'000;
    for (int i = 0; i < count; ++i) {
        const DatagramEffects effects = network.next();
        lost += effects.lost ? 1 : 0;
        duplicate_delay += effects.duplicate_delay ? 1 : 0;
        held += effects.held ? 1 : 0;
        corrupt += effects.corrupt_byte ? 1 : 0;
    }
    CHECK(lost == Approx(6000).margin(214)); // 99.9 % of the binomial distribution
    CHECK(duplicate_delay == Approx(4000).margin(187));
    CHECK(held == Approx(2000).margin(140));
    CHECK(corrupt == Approx(1000).margin(102));
}
