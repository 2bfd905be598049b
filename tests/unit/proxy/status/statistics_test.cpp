#include "proxy/status/statistics.h"

#include <catch2/catch.hpp>

#include <thread>

#include "proxy/client_state.h"

using proxy::Presence;
using proxy::Statistics;

TEST_CASE("What was done is counted by what became of it", "[proxy][statistics]")
{
    Statistics statistics;
    CHECK(summary(statistics.totals()) == "0 requests, 0 B to clients");
    statistics.note({.target = "a", .status = 200, .sent = 1000, .verdict = "hit"});
    statistics.note({.target = "b", .status = 200, .sent = 500, .verdict = "miss"});
    statistics.note({.target = "c", .status = 404, .sent = 500, .verdict = "miss"});
    const auto totals = statistics.totals();
    CHECK(totals.requests == 3);
    CHECK(totals.statuses.at(2) == 2);
    CHECK(totals.verdicts.at("miss").bytes == 1000);
    REQUIRE(totals.latest.size() == 3);
    CHECK(totals.latest.front().target == "c");
    CHECK(summary(totals) == "3 requests, 2.0 kB to clients: 1 hit, 2 miss");
}

TEST_CASE("Of very many requests only the latest are remembered", "[proxy][statistics]")
{
    Statistics statistics;
    for (int i = 0; i < 1000; ++i)
        statistics.note({.status = 200});
    CHECK(statistics.totals().latest.size() < 100);
    CHECK(statistics.totals().latest.front().number == 1000);
}

TEST_CASE("Only who is idle can be sent away, and then he knows", "[proxy][presence]")
{
    Presence presence;
    CHECK(presence.idle_since());
    CHECK(presence.become_busy());
    CHECK_FALSE(presence.idle_since());
    CHECK_FALSE(presence.send_away());
    CHECK(presence.become_idle());
    const auto since = presence.idle_since();
    CHECK(presence.become_leaving());
    CHECK(presence.idle_since() < since); // it goes first
    CHECK(presence.send_away());
    CHECK_FALSE(presence.send_away());
    CHECK_FALSE(presence.idle_since());
    CHECK_FALSE(presence.become_busy());
    CHECK_FALSE(presence.become_idle());
}

TEST_CASE("Who is to end soon finishes what he does, and no more", "[proxy][presence]")
{
    Presence idle;
    CHECK(idle.end_soon());
    Presence busy;
    CHECK(busy.become_busy());
    CHECK_FALSE(busy.end_soon());
    CHECK_FALSE(busy.become_idle());
    Presence tunnel;
    CHECK(tunnel.become_busy());
    tunnel.become_endless();
    CHECK(tunnel.end_soon());
}
