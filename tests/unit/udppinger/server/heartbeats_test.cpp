#include "udppinger/server/heartbeats.h"

#include <catch2/catch.hpp>

using udppinger::Heartbeats;
using namespace std::chrono_literals;

namespace {

const Heartbeats::Time start{1000s};
const net::Address client = net::resolve("192.0.2.1", 5000, SOCK_DGRAM).front();
const net::Address other = net::resolve("192.0.2.2", 5000, SOCK_DGRAM).front();

} // namespace

TEST_CASE("Heartbeats are told with the time they took", "[udppinger][heartbeat]")
{
    Heartbeats watch(5s);
    CHECK(watch.heard(client, 1, 120us, start) ==
          "192.0.2.1:5000: heartbeat 1, one-way difference 0.120 ms\n");
    CHECK(watch.heard(client, 2, -3ms, start + 1s) ==
          "192.0.2.1:5000: heartbeat 2, one-way difference -3.000 ms\n");
}

TEST_CASE("Gaps are told before the heartbeat that shows them", "[udppinger][heartbeat]")
{
    Heartbeats watch(5s);
    CHECK(
        watch.heard(client, 2, 1ms, start)
            .starts_with("192.0.2.1:5000: heartbeat 1 is missing\n192.0.2.1:5000: heartbeat 2, "));
    CHECK(watch.heard(client, 6, 1ms, start)
              .starts_with("192.0.2.1:5000: heartbeats 3 to 5 are missing\n"));
    CHECK(watch.heard(client, 4, 1ms, start).ends_with(" ms (out of order)\n"));
    CHECK(watch.heard(client, 6, 1ms, start).ends_with(" ms (again)\n"));
    CHECK(watch.heard(client, 7, 1ms, start).ends_with("0 ms\n"));
}

TEST_CASE("A client may begin with heartbeat 0", "[udppinger][heartbeat]")
{
    Heartbeats watch(5s);
    CHECK(watch.heard(client, 0, 1ms, start) ==
          "192.0.2.1:5000: heartbeat 0, one-way difference 1.000 ms\n");
    CHECK(watch.heard(client, 0, 1ms, start).ends_with(" ms (again)\n"));
    CHECK(watch.heard(client, 1, 1ms, start).ends_with("0 ms\n"));
}

TEST_CASE("A client that falls silent has stopped, each by itself", "[udppinger][heartbeat]")
{
    Heartbeats watch(5s);
    CHECK(watch.next_deadline().is_never());
    CHECK(watch.heard(client, 1, 1ms, start).size() > 1);
    CHECK(watch.heard(other, 1, 1ms, start + 2s).size() > 1);
    CHECK(watch.next_deadline() == net::Deadline::at(start + 5s));
    CHECK(watch.stopped(start + 4s).empty());
    CHECK(watch.stopped(start + 5s) == "192.0.2.1:5000: no heartbeat for 5 s, the client has "
                                       "stopped; the last was 1\n");
    CHECK(watch.next_deadline() == net::Deadline::at(start + 7s));
    CHECK(watch.stopped(start + 1h).starts_with("192.0.2.2:5000: "));
    CHECK(watch.next_deadline().is_never());
    CHECK(watch.stopped(start + 2h).empty()); // once is enough
}
