#include "proxy/status/statistics.h"

#include "catch.h"

#include <thread>

#include "proxy/client_state.h"

using proxy::ClientState;
using proxy::Statistics;

TEST_CASE("Requests are counted by their result", "[proxy][statistics]")
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

TEST_CASE("Only the latest requests are kept", "[proxy][statistics]")
{
    Statistics statistics;
    for (int i = 0; i < 1000; ++i)
        statistics.note({.status = 200});
    CHECK(statistics.totals().latest.size() < 100);
    CHECK(statistics.totals().latest.front().number == 1000);
}

TEST_CASE("A tunnel is idle until bytes move, and a moment after that", "[proxy][client_state]")
{
    using namespace std::chrono_literals;
    ClientState client_state;
    CHECK_FALSE(client_state.is_tunnel());
    CHECK_FALSE(client_state.tunnel_idle_since());
    REQUIRE(client_state.become_busy());
    client_state.become_tunnel();
    CHECK(client_state.is_tunnel());
    const auto opened = client_state.tunnel_idle_since();
    CHECK(opened);
    CHECK_FALSE(client_state.idle_since()); // idle clients are evicted before idle tunnels
    client_state.note_transfer();
    CHECK_FALSE(client_state.tunnel_idle_since());
    std::this_thread::sleep_for(110ms);
    CHECK(client_state.tunnel_idle_since() > opened);
    CHECK(client_state.end_soon());
}

TEST_CASE("Only an idle client can be evicted, and its thread notices", "[proxy][client_state]")
{
    ClientState client_state;
    CHECK(client_state.idle_since());
    CHECK(client_state.become_busy());
    CHECK_FALSE(client_state.idle_since());
    CHECK_FALSE(client_state.evict());
    CHECK(client_state.become_idle());
    const auto since = client_state.idle_since();
    CHECK(client_state.become_lingering());
    CHECK(client_state.idle_since() < since); // a lingering client is evicted first
    CHECK(client_state.evict());
    CHECK_FALSE(client_state.evict());
    CHECK_FALSE(client_state.idle_since());
    CHECK_FALSE(client_state.become_busy());
    CHECK_FALSE(client_state.become_idle());
}

TEST_CASE("After end_soon(), a client finishes its current request only", "[proxy][client_state]")
{
    ClientState idle;
    CHECK(idle.end_soon());
    ClientState busy;
    CHECK(busy.become_busy());
    CHECK_FALSE(busy.end_soon());
    CHECK_FALSE(busy.become_idle());
    ClientState tunnel;
    CHECK(tunnel.become_busy());
    tunnel.become_tunnel();
    CHECK(tunnel.end_soon());
}
