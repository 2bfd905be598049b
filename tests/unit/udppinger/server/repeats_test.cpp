#include "udppinger/server/repeats.h"

#include "catch.h"

#include "tests/unit/start_time.h"

using udppinger::RateLimit;
using udppinger::RecentDatagrams;
using udppinger::RepeatDecision;
using udppinger::RepeatLimit;
using namespace std::chrono_literals;

namespace {

net::Address sender(std::uint16_t port)
{
    return net::resolve("192.0.2.1", port, SOCK_DGRAM).front();
}

} // namespace

TEST_CASE("The rate limit admits a burst of one second, then its rate", "[udppinger][clients]")
{
    RateLimit limit;
    int admitted = 0;
    for (int i = 0; i < 100; ++i)
        admitted += limit.admits(start, 10) ? 1 : 0;
    CHECK(admitted == 10);
    CHECK_FALSE(limit.admits(start + 50ms, 10));
    CHECK(limit.admits(start + 101ms, 10));
    CHECK_FALSE(limit.admits(start + 102ms, 10));
    for (int i = 0; i < 100; ++i)
        admitted += limit.admits(start + 1h, 10) ? 1 : 0;
    CHECK(admitted == 20); // an hour of silence allows no more than one second's burst
    CHECK(RateLimit().admits(start, 0));
}

TEST_CASE("A datagram is a repeat only of the same bytes from the same port",
          "[udppinger][repeats]")
{
    RecentDatagrams recent;
    CHECK_FALSE(recent.contains(sender(5000), "Ping 1"));
    CHECK_FALSE(recent.contains(sender(5000), "Ping 2"));
    CHECK_FALSE(recent.contains(sender(5001), "Ping 1"));
    CHECK_FALSE(recent.contains(sender(5000), ""));
    CHECK(recent.contains(sender(5000), "Ping 1"));
    CHECK(recent.contains(sender(5000), "Ping 2"));
    CHECK(recent.contains(sender(5000), ""));
}

TEST_CASE("No number of datagrams in a loop stays unrecognized", "[udppinger][repeats]")
{
    RecentDatagrams recent;
    constexpr int many = 200'000; // more than it remembers
    const auto repeats_of_a_round = [&recent] {
        int repeats = 0;
        for (int i = 0; i < many; ++i)
            repeats += recent.contains(sender(5000), std::to_string(i)) ? 1 : 0;
        return repeats;
    };
    CHECK(repeats_of_a_round() == 0);
    CHECK(repeats_of_a_round() > 1000);
}

TEST_CASE("Twenty repeats a second pass; more are refused until a pause", "[udppinger][repeats]")
{
    RepeatLimit limit;
    const auto decide = [&limit](RateLimit::Time now) { return limit.decide(now, 1s); };
    int admitted = 0;
    for (int i = 0; i < 20; ++i)
        admitted += decide(start) == RepeatDecision::admit ? 1 : 0;
    CHECK(admitted == 20);
    CHECK(decide(start) == RepeatDecision::refuse_first);
    for (auto time = start; time < start + 10s; time += 900ms)
        CHECK(decide(time) == RepeatDecision::refuse);
    CHECK(decide(start + 11s) == RepeatDecision::admit);
    CHECK(limit.decide(start + 11s, 3s) == RepeatDecision::refuse); // a longer pause is asked

    RepeatLimit steady; // a sender of constant bytes, nineteen a second
    for (int i = 0; i < 1000; ++i)
        CHECK(steady.decide(start + i * 53ms, 1s) == RepeatDecision::admit);
}
