#include "common/ping/histogram.h"

#include "catch.h"

#include <cmath>

using net::Histogram;
using namespace std::chrono_literals;

TEST_CASE("An empty histogram has percentiles of zero", "[common][histogram]")
{
    CHECK(Histogram().count() == 0);
    CHECK(Histogram().quantile(0.5) == 0ns);
    CHECK(Histogram().count_between(0ns, 1h) == 0);
}

TEST_CASE("Percentiles are nearest ranks", "[common][histogram]")
{
    Histogram histogram;
    for (const auto time : {300us, 100us, 200us, 400us, 500us})
        histogram.add(time);
    CHECK(histogram.count() == 5);
    CHECK(histogram.quantile(0) == 100us);
    CHECK(histogram.quantile(0.2) == 100us);
    CHECK(histogram.quantile(0.5) == 300us);
    CHECK(histogram.quantile(0.6) == 300us);
    CHECK(histogram.quantile(0.61) == 400us);
    CHECK(histogram.quantile(0.99) == 500us);
    CHECK(histogram.quantile(1) == 500us);
}

TEST_CASE("The shortest and longest durations are exact", "[common][histogram]")
{
    Histogram histogram;
    histogram.add(1234567891ns);
    CHECK(histogram.quantile(0.5) == 1234567891ns);
    histogram.add(123ns);
    CHECK(histogram.quantile(0) == 123ns);
    CHECK(histogram.quantile(1) == 1234567891ns);
}

TEST_CASE("Any quantile is exact to 0.05 %, up to 2 ms to the microsecond", "[common][histogram]")
{
    for (std::int64_t ticks = 0; ticks < 1'000'000'000; ticks += 1 + ticks / 37) {
        const std::chrono::microseconds time(ticks);
        Histogram histogram;
        histogram.add(0s);
        histogram.add(time); // the one in the middle
        histogram.add(2000s);
        const auto found = histogram.quantile(0.5);
        const double error = std::abs(std::chrono::duration<double>(found - time).count());
        CAPTURE(ticks);
        if (time <= 2047us) CHECK(found == time);
        REQUIRE(error <= std::chrono::duration<double>(time).count() * 0.0005);
    }
}

TEST_CASE("Negative durations count as zero", "[common][histogram]")
{
    Histogram histogram;
    histogram.add(-5s);
    CHECK(histogram.quantile(0.5) == 0ns);
    CHECK(histogram.count_between(0ns, 1us) == 1);
}

TEST_CASE("Adjacent intervals count each duration once", "[common][histogram]")
{
    Histogram histogram;
    for (int i = 0; i < 10'000; ++i)
        histogram.add(i * 37us);
    std::uint64_t sum = 0;
    for (int i = 0; i < 40; ++i)
        sum += histogram.count_between(i * 10ms, (i + 1) * 10ms);
    CHECK(sum == 10'000);
    CHECK(histogram.count_between(0ns, 370us) == 10);
}
