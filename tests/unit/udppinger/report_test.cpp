#include "udppinger/report.h"

#include "catch.h"

using net::Arrival;
using udppinger::Summary;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

const net::Address peer = net::resolve("192.0.2.1", 12000, SOCK_DGRAM).front();

Summary some_run()
{
    Summary summary;
    summary.pings = {.transmitted = 10, .received = 7, .lost = 2, .in_flight = 1};
    summary.pings.rtt = net::RttFigures{.min = 45us,
                                        .avg = 50us,
                                        .max = 61us,
                                        .mdev = 5us,
                                        .p50 = 49us,
                                        .p95 = 60us,
                                        .p99 = 61us,
                                        .jitter = 3us};
    summary.time = 9012ms;
    return summary;
}

} // namespace

TEST_CASE("The line of an answer has the format of ping", "[udppinger][report]")
{
    const auto line = [](net::PingLog::Reply reply) {
        return udppinger::reply_line("192.0.2.1", {24, 3, reply});
    };
    CHECK(line({Arrival::first, 45us}) == "24 bytes from 192.0.2.1: seq=3 time=0.045 ms\n");
    CHECK(line({Arrival::duplicate, 1234567ns}) ==
          "24 bytes from 192.0.2.1: seq=3 time=1.235 ms (DUP!)\n");
    CHECK(line({Arrival::late, 2s}) ==
          "24 bytes from 192.0.2.1: seq=3 time=2000.000 ms (late: it counts as lost)\n");
    CHECK(line({Arrival::first, 1ms, true}) ==
          "24 bytes from 192.0.2.1: seq=3 time=1.000 ms (out of order)\n");
    CHECK(udppinger::reply_line("192.0.2.1", {100, 3, {Arrival::first, 1ms}, 20}) ==
          "100 bytes from 192.0.2.1: seq=3 time=1.000 ms (cut to 20 bytes)\n");
    CHECK(udppinger::other_address_line(24, peer, 3) ==
          "24 bytes from 192.0.2.1:12000: seq=3 from another address than pinged\n");
}

TEST_CASE("Losses and stray datagrams have their own lines", "[udppinger][report]")
{
    CHECK(udppinger::lost_line(3, false) == "no answer for seq=3\n");
    CHECK(udppinger::lost_line(3, true) == "no answer for seq=3 (dropped here on purpose)\n");
    CHECK(udppinger::stray_line("PONG\x1b"s, "192.0.2.1", 0) ==
          "5 bytes from 192.0.2.1: answers no ping of ours: \"PONG\\x1b\"\n");
    CHECK(udppinger::stray_line("x", "192.0.2.1", 4) ==
          "1 byte from 192.0.2.1: seq=4 corrupt: \"x\"\n");
}

TEST_CASE("The line of an ICMP error has its meaning and its ping", "[udppinger][report]")
{
    const net::DatagramError error{
        .cause = ECONNREFUSED, .type = 3, .code = 3, .reporter = peer, .bytes = {}};
    CHECK(udppinger::error_line(error, 2) ==
          "From 192.0.2.1 seq=2 Destination Port Unreachable: no "
          "program listens there, or a firewall refuses (RFC "
          "792)\n");
    CHECK_THAT(udppinger::error_line(error, 0),
               StartsWith("From 192.0.2.1 Destination Port Unreachable: ") &&
                   EndsWith(", about an earlier ping\n"));
}

TEST_CASE("Every ICMP error has a name; unknown ones have numbers", "[udppinger][report]")
{
    struct Row {
        bool is_ipv6;
        std::uint8_t type, code;
        const char* words;
    };
    for (const auto& [is_ipv6, type, code, words] :
         {Row{false, 3, 1, "Destination Host Unreachable"},
          {false, 3, 13, "Packet filtered: a firewall refuses the packet"},
          {false, 11, 0, "Time to live exceeded"},
          {true, 1, 4, "Port unreachable"},
          {true, 1, 1, "Administratively prohibited"},
          {true, 3, 0, "Time exceeded: Hop limit"},
          {false, 99, 9, "ICMP type 99 code 9: Connection refused"},
          {true, 9, 9, "ICMPv6 type 9 code 9: Connection refused"}})
        CHECK_THAT(udppinger::meaning_of({.cause = ECONNREFUSED,
                                          .is_ipv6 = is_ipv6,
                                          .type = type,
                                          .code = code,
                                          .reporter = {},
                                          .bytes = {}}),
                   Contains(words));
}

TEST_CASE("The summary has the format of ping, with additional counts", "[udppinger][report]")
{
    Summary run = some_run();
    CHECK(udppinger::summary_text("host", run) ==
          "\n--- host ping statistics ---\n"
          "10 packets transmitted, 7 received, 1 still in flight, 22.22% packet loss, time 9012ms\n"
          "rtt min/avg/max/mdev = 0.045/0.050/0.061/0.005 ms, "
          "p50/p95/p99 = 0.049/0.060/0.061 ms, jitter = 0.003 ms\n");
    run.pings.in_flight = 0;
    run.pings.lost = 3;
    run.pings.errors = 1;
    run.pings.late = 2;
    run.pings.duplicates = 1;
    run.pings.foreign = 4;
    run.dropped = 2;
    run.pings.corrupt = 1;
    CHECK_THAT(
        udppinger::summary_text("host", run),
        Contains(
            "7 received, +1 duplicates, +1 corrupted, +1 errors, 2 late, 4 foreign, 30% packet "
            "loss (2 dropped on purpose), time"));
}

TEST_CASE("The summary of a run without answers has no times and no nan", "[udppinger][report]")
{
    Summary run;
    run.pings = {.transmitted = 1, .in_flight = 1};
    CHECK(udppinger::summary_text("host", run) ==
          "\n--- host ping statistics ---\n"
          "1 packets transmitted, 0 received, 1 still in flight, 0% packet loss, time 0ms\n");
    CHECK_THAT(udppinger::json_text("host", peer, run), Contains("\"rtt_ms\":null"));
}

TEST_CASE("The error of a datagram that is too big shows the MTU", "[udppinger][report]")
{
    const auto meaning = [](bool is_ipv6, int type, int code, std::uint32_t info) {
        return udppinger::meaning_of({.cause = EMSGSIZE,
                                      .is_ipv6 = is_ipv6,
                                      .type = static_cast<std::uint8_t>(type),
                                      .code = static_cast<std::uint8_t>(code),
                                      .info = info,
                                      .reporter = {},
                                      .bytes = {}});
    };
    CHECK_THAT(meaning(false, 3, 4, 1400), Contains(" (mtu = 1400): the packet is too big"));
    CHECK_THAT(meaning(true, 2, 0, 1280), Contains(" (mtu = 1280): the packet is too big"));
    CHECK_THAT(meaning(false, 3, 4, 0), Contains(" (mtu = not told)"));
    CHECK_THAT(meaning(false, 3, 1, 7), !Contains("mtu"));
}

TEST_CASE("The JSON object has numbers and strings of the right type", "[udppinger][report]")
{
    CHECK(udppinger::json_text("a\"b\\\x01", peer, some_run()) ==
          "{\"host\":\"a\\\"b\\\\\\u0001\",\"address\":\"192.0.2.1\",\"port\":12000,"
          "\"transmitted\":10,\"received\":7,\"lost\":2,\"in_flight\":1,\"loss_percent\":22.22,"
          "\"errors\":0,\"late\":0,\"duplicates\":0,\"reordered\":0,\"corrupt\":0,\"foreign\":0,"
          "\"cut\":0,"
          "\"dropped_on_purpose\":0,\"time_ms\":9012.000,\"rtt_ms\":{\"min\":0.045,\"avg\":0.050,"
          "\"max\":0.061,\"mdev\":0.005,\"p50\":0.049,\"p95\":0.060,\"p99\":0.061,"
          "\"jitter\":0.003}}\n");
}

TEST_CASE("Heartbeats have a summary without answers", "[udppinger][report]")
{
    Summary run;
    run.pings = {.transmitted = 10, .lost = 1, .in_flight = 9, .errors = 1};
    run.dropped = 2;
    run.time = 9s;
    CHECK(udppinger::heartbeat_summary_text("host", run) ==
          "\n--- host heartbeat statistics ---\n"
          "10 heartbeats sent, 1 error, 2 dropped on purpose, time 9000ms\n");
    CHECK(udppinger::heartbeat_json_text("host", peer, run) ==
          "{\"host\":\"host\",\"address\":\"192.0.2.1\",\"port\":12000,\"transmitted\":10,"
          "\"errors\":1,\"dropped_on_purpose\":2,\"time_ms\":9000.000}\n");
}
