#include "common/ping/ping_report.h"

#include "catch.h"

using namespace std::chrono_literals;

namespace {

net::PingSummary some_run()
{
    net::PingSummary pings{.transmitted = 10, .received = 7, .lost = 2, .in_flight = 1};
    pings.rtt = net::RttFigures{.min = 45us,
                                .avg = 50us,
                                .max = 61us,
                                .mdev = 5us,
                                .p50 = 49us,
                                .p95 = 60us,
                                .p99 = 61us,
                                .jitter = 3us};
    return pings;
}

} // namespace

TEST_CASE("A count of zero is left out", "[common][ping_report]")
{
    CHECK(net::also(2, "late") == ", 2 late");
    CHECK(net::also(0, "late").empty());
}

TEST_CASE("Unusual answers have remarks in the words of ping", "[common][ping_report]")
{
    CHECK(net::remark({net::Arrival::first, 1ms}).empty());
    CHECK(net::remark({net::Arrival::duplicate, 1ms}) == " (DUP!)");
    CHECK(net::remark({net::Arrival::late, 2s, true}) ==
          " (late: it counts as lost) (out of order)");
}

TEST_CASE("The counts have the format of ping, and loss is a share of the decided pings",
          "[common][ping_report]")
{
    CHECK(net::counts_text({.transmitted = 1, .in_flight = 1}) ==
          "1 packets transmitted, 0 received, 1 still in flight, 0% packet loss");
    net::PingSummary pings = some_run();
    pings.errors = 1;
    pings.late = 2;
    pings.duplicates = 3;
    pings.reordered = 4;
    pings.corrupt = 5;
    pings.foreign = 6;
    CHECK(net::counts_text(pings) + net::time_text(1999us) ==
          "10 packets transmitted, 7 received, +3 duplicates, +5 corrupted, +1 errors, 1 still in "
          "flight, 2 late, 4 out of order, 6 foreign, 22.22% packet loss, time 1ms");
}

TEST_CASE("The line of round-trip times has all figures", "[common][ping_report]")
{
    CHECK(net::rtt_line(*some_run().rtt) ==
          "rtt min/avg/max/mdev = 0.045/0.050/0.061/0.005 ms, "
          "p50/p95/p99 = 0.049/0.060/0.061 ms, jitter = 0.003 ms\n");
    CHECK(net::status_line(some_run()) ==
          "7/10 packets, 1 in flight, 22.22% packet loss, min/avg/max = 0.045/0.050/0.061 ms\n");
}

TEST_CASE("JSON has numbers, and null for missing ones", "[common][ping_report]")
{
    CHECK(net::json_rtt({}) == "null");
    CHECK(net::json_rtt(some_run()) ==
          "{\"min\":0.045,\"avg\":0.050,\"max\":0.061,\"mdev\":0.005,\"p50\":0.049,\"p95\":0.060,"
          "\"p99\":0.061,\"jitter\":0.003}");
    CHECK(net::json_object(net::json_counts(some_run())) ==
          "{\"transmitted\":10,\"received\":7,\"lost\":2,\"in_flight\":1,\"loss_percent\":22.22,"
          "\"errors\":0,\"late\":0,\"duplicates\":0,\"reordered\":0,\"corrupt\":0,\"foreign\":0}");
}
