#include "udppinger/server/impairment.h"

#include <catch2/catch.hpp>

#include <string>

using udppinger::Fate;
using udppinger::FateSource;
using udppinger::Impairment;
using namespace std::chrono_literals;

namespace {

std::string losses(const Impairment& impairment)
{
    FateSource fates(impairment);
    std::string text;
    for (int i = 0; i < 200; ++i)
        text += fates.next().lost ? 'x' : '.';
    return text;
}

} // namespace

TEST_CASE("A good network leaves every datagram alone", "[udppinger][impairment]")
{
    FateSource fates({.loss = 0});
    for (int i = 0; i < 1000; ++i) {
        const Fate fate = fates.next();
        REQUIRE_FALSE(fate.lost);
        REQUIRE_FALSE(fate.held);
        REQUIRE_FALSE(fate.again);
        REQUIRE_FALSE(fate.corrupt);
        REQUIRE(fate.delay == 0ns);
    }
}

TEST_CASE("A seed repeats the losses, another one does not", "[udppinger][impairment]")
{
    CHECK(losses({.seed = 5}) == losses({.seed = 5}));
    CHECK(losses({.seed = 5}) != losses({.seed = 6}));
}

TEST_CASE("The losses stay the same whatever else goes wrong", "[udppinger][impairment]")
{
    CHECK(losses({.duplicate = 50,
                  .reorder = 20,
                  .corrupt = 10,
                  .delay = 20ms,
                  .jitter = 10ms,
                  .seed = 5}) == losses({.seed = 5}));
}

TEST_CASE("Delays lie around the middle, as far as the jitter, never below nothing",
          "[udppinger][impairment]")
{
    FateSource fates({.loss = 0, .duplicate = 100, .delay = 20ms, .jitter = 15ms});
    FateSource early({.loss = 0, .delay = 1ms, .jitter = 10ms});
    std::chrono::nanoseconds shortest = 1h;
    std::chrono::nanoseconds longest = 0s;
    for (int i = 0; i < 1000; ++i) {
        const Fate fate = fates.next();
        REQUIRE(fate.again);
        shortest = std::min({shortest, fate.delay, *fate.again});
        longest = std::max({longest, fate.delay, *fate.again});
        REQUIRE(early.next().delay >= 0ns);
    }
    CHECK(shortest >= 5ms);
    CHECK(shortest < 6ms);
    CHECK(longest <= 35ms);
    CHECK(longest > 34ms);
}

TEST_CASE("Each kind of bad luck strikes as often as it was asked to", "[udppinger][impairment]")
{
    FateSource fates({.loss = 30, .duplicate = 20, .reorder = 10, .corrupt = 5, .seed = 9});
    int lost = 0;
    int again = 0;
    int held = 0;
    int corrupt = 0;
    constexpr int count = 20'000;
    for (int i = 0; i < count; ++i) {
        const Fate fate = fates.next();
        lost += fate.lost ? 1 : 0;
        again += fate.again ? 1 : 0;
        held += fate.held ? 1 : 0;
        corrupt += fate.corrupt ? 1 : 0;
    }
    CHECK(lost == Approx(6000).margin(214)); // 99.9 % of the binomial distribution
    CHECK(again == Approx(4000).margin(187));
    CHECK(held == Approx(2000).margin(140));
    CHECK(corrupt == Approx(1000).margin(102));
}
