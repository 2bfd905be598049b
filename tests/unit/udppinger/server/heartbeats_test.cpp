#include "udppinger/server/heartbeats.h"

#include "catch.h"

#include "tests/unit/start_time.h"

using udppinger::Heartbeats;
using namespace std::chrono_literals;

namespace {

const net::Address first_client = net::resolve("192.0.2.1", 5000, SOCK_DGRAM).front();
const net::Address other = net::resolve("192.0.2.2", 5000, SOCK_DGRAM).front();

} // namespace

TEST_CASE("A heartbeat is reported with its one-way time", "[udppinger][heartbeat]")
{
    Heartbeats watch(5s);
    CHECK(watch.received(first_client, 1, 120us, start) ==
          "192.0.2.1:5000: heartbeat 1, one-way difference 0.120 ms\n");
    CHECK(watch.received(first_client, 2, -3ms, start + 1s) ==
          "192.0.2.1:5000: heartbeat 2, one-way difference -3.000 ms\n");
}

TEST_CASE("A gap is reported before the heartbeat that reveals it", "[udppinger][heartbeat]")
{
    Heartbeats watch(5s);
    CHECK(watch.received(first_client, 0, 1ms, start) ==
          "192.0.2.1:5000: heartbeat 0, one-way difference 1.000 ms\n");
    CHECK(
        watch.received(first_client, 2, 1ms, start)
            .starts_with("192.0.2.1:5000: heartbeat 1 is missing\n192.0.2.1:5000: heartbeat 2, "));
    CHECK(watch.received(first_client, 6, 1ms, start)
              .starts_with("192.0.2.1:5000: heartbeats 3 to 5 are missing\n"));
    CHECK(watch.received(first_client, 4, 1ms, start).ends_with(" ms (out of order)\n"));
    CHECK(watch.received(first_client, 6, 1ms, start).ends_with(" ms (again)\n"));
    CHECK(watch.received(first_client, 7, 1ms, start).ends_with("0 ms\n"));
}

TEST_CASE("Heartbeats that the server could not hear are not missing", "[udppinger][heartbeat]")
{
    Heartbeats watch(5s);
    CHECK(watch.received(first_client, 18, 1ms, start) ==
          "192.0.2.1:5000: heartbeat 18, one-way difference 1.000 ms (begins at 18)\n");
    CHECK(watch.received(first_client, 19, 1ms, start).ends_with("1.000 ms\n"));
    CHECK_THAT(watch.received(first_client, UINT64_MAX, 1ms, start), Contains("heartbeats 20 to "));
    CHECK(watch.received(first_client, 3, 1ms, start).ends_with(" ms (out of order)\n"));
}

TEST_CASE("A heartbeat counts whatever its time is", "[udppinger][heartbeat]")
{
    Heartbeats watch(5s);
    CHECK(watch.received(first_client, 1, std::nullopt, start) ==
          "192.0.2.1:5000: heartbeat 1, TIME unreadable\n");
    CHECK(watch.received(first_client, 3, std::nullopt, start)
              .starts_with("192.0.2.1:5000: heartbeat 2 is missing\n"));
}

TEST_CASE("A client may begin with heartbeat 0", "[udppinger][heartbeat]")
{
    Heartbeats watch(5s);
    CHECK(watch.received(first_client, 0, 1ms, start) ==
          "192.0.2.1:5000: heartbeat 0, one-way difference 1.000 ms\n");
    CHECK(watch.received(first_client, 0, 1ms, start).ends_with(" ms (again)\n"));
    CHECK(watch.received(first_client, 1, 1ms, start).ends_with("0 ms\n"));
}

TEST_CASE("Each silent client is reported as stopped", "[udppinger][heartbeat]")
{
    Heartbeats watch(5s);
    CHECK(watch.next_deadline().is_never());
    CHECK(watch.received(first_client, 1, 1ms, start).size() > 1);
    CHECK(watch.received(other, 1, 1ms, start + 2s).size() > 1);
    CHECK(watch.next_deadline() == net::Deadline::at(start + 5s));
    CHECK(watch.stopped(start + 4s).empty());
    CHECK(watch.stopped(start + 5s) == "192.0.2.1:5000: no heartbeat for 5 s, the client has "
                                       "stopped; the last was 1\n");
    CHECK(watch.next_deadline() == net::Deadline::at(start + 7s));
    CHECK(watch.stopped(start + 1h).starts_with("192.0.2.2:5000: "));
    CHECK(watch.next_deadline().is_never());
    CHECK(watch.stopped(start + 2h).empty()); // reported only once
}
