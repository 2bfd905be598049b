#include "udppinger/random.h"

#include "catch.h"

#include <cmath>
#include <string>

using udppinger::Random;

TEST_CASE("A seed gives the same numbers on every machine", "[udppinger][random]")
{
    // The standard: the 10,000th number of a default-seeded mt19937_64 (5489).
    std::mt19937_64 generator;
    generator.discard(9999);
    REQUIRE(generator() == 9981545732273789042ULL);

    Random chance(42);
    std::string losses;
    for (int i = 0; i < 40; ++i)
        losses += chance.happens(30) ? 'x' : '.';
    CHECK(losses == "...x.x..x.x.......xx.x.xxx...x....x...xx");
}

TEST_CASE("Probability 0 never happens and 100 always does", "[udppinger][random]")
{
    Random chance(1);
    for (int i = 0; i < 10'000; ++i) {
        REQUIRE_FALSE(chance.happens(0));
        REQUIRE(chance.happens(100));
        const double fraction = chance.fraction();
        REQUIRE(fraction >= 0);
        REQUIRE(fraction < 1);
        REQUIRE(chance.below(7) < 7);
    }
}

TEST_CASE("Events happen about as often as their probability", "[udppinger][random]")
{
    const double percent = GENERATE(0.1, 1.0, 30.0, 50.0, 99.0);
    CAPTURE(percent);
    Random chance(7);
    constexpr int count = 100'000;
    int happened = 0;
    for (int i = 0; i < count; ++i)
        happened += chance.happens(percent) ? 1 : 0;
    const double share = percent / 100;
    const double deviation = std::sqrt(count * share * (1 - share));
    CHECK(std::abs(happened - count * share) < 3.29 * deviation); // 99.9 %, and the seed is fixed
}
