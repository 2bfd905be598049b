#include "common/ping/histogram.h"

#include "catch.h"

#include <algorithm>
#include <cmath>
#include <vector>

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

TEST_CASE("Every quantile is a duration that was measured, of up to 1000 the exact one",
          "[common][histogram]")
{
    const auto nth = [](int n) { return 7'654'321ns + n * n % 1009 * 313ns; };
    for (const int count : {2, 3, 10, 999, 1000, 1001, 5000}) {
        CAPTURE(count);
        Histogram histogram;
        std::vector<std::chrono::nanoseconds> sorted;
        for (int i = 0; i < count; ++i) {
            histogram.add(nth(i));
            sorted.push_back(nth(i));
        }
        std::ranges::sort(sorted);
        for (const double share : {0.01, 0.05, 0.5, 0.95, 0.99}) {
            const auto rank = static_cast<std::size_t>(std::ceil(share * count));
            const auto found = histogram.quantile(share);
            CHECK(std::ranges::binary_search(sorted, found));
            if (count <= 1000) CHECK(found == sorted[rank - 1]);
        }
    }
}

TEST_CASE("Of many durations a quantile is right to 0.1 %, up to 2 ms to the microsecond",
          "[common][histogram]")
{
    for (std::int64_t ticks = 1; ticks < 1'000'000'000; ticks += 1 + ticks / 37) {
        const std::chrono::microseconds time(ticks);
        Histogram histogram;
        for (int i = 0; i < 500; ++i) {
            histogram.add(0s);
            histogram.add(2000s);
            histogram.add(time); // those in the middle
            histogram.add(time + 300ns);
        }
        const auto found = histogram.quantile(0.5);
        const double error = std::abs(std::chrono::duration<double>(found - time).count());
        CAPTURE(ticks);
        const double allowed = std::chrono::duration<double>(time).count() * 0.001;
        REQUIRE(error <= std::max(allowed, 1e-6));
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
