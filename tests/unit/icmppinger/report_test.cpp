#include "icmppinger/report.h"

#include "catch.h"

#include "tests/unit/icmp_bytes.h"
#include "tests/unit/start_time.h"

using icmppinger::Received;
using icmppinger::RequestKind;
using icmppinger::Target;
using icmppinger::Targets;
using net::Arrival;
using namespace std::chrono_literals;

namespace {

Target some_target(const char* name, std::uint64_t answered, std::uint64_t lost)
{
    Target target(name, net::resolve("192.0.2.1", 0, SOCK_RAW).front(), {.timeout = 1s});
    for (std::uint64_t i = 0; i < answered + lost; ++i)
        target.log.sent(start);
    for (std::uint64_t number = 1; number <= answered; ++number)
        target.log.reply(number, start + 2ms);
    while (target.log.lose_next(start + 1h) != 0) {
    }
    return target;
}

} // namespace

TEST_CASE("The line of an ICMP answer has the format of ping, with remarks", "[icmppinger][report]")
{
    const Target target = some_target("host", 1, 0);
    const std::vector<std::byte> bytes(64);
    const Received received{.bytes = bytes, .hops_left = std::uint8_t{57}};
    const auto line = [&](net::PingLog::Reply reply, bool numeric) {
        return icmppinger::reply_line({target, 3, received, reply}, numeric);
    };
    CHECK(line({Arrival::first, 45us}, false) ==
          "64 bytes from host (192.0.2.1): icmp_seq=3 ttl=57 time=0.045 ms");
    CHECK(line({Arrival::first, 45us}, true) ==
          "64 bytes from 192.0.2.1: icmp_seq=3 ttl=57 time=0.045 ms");
    CHECK_THAT(line({Arrival::duplicate, 45us}, true), EndsWith(" ms (DUP!)"));
    CHECK_THAT(line({Arrival::late, 2s}, true),
               EndsWith("time=2000.000 ms (late: it counts as lost)"));
    CHECK_THAT(line({Arrival::first, 45us, true}, true), EndsWith(" ms (out of order)"));
}

TEST_CASE("The summary has the format of ping and separate counts", "[icmppinger][report]")
{
    Target target = some_target("host", 3, 1);
    CHECK(icmppinger::summary_text(target, 3007ms) ==
          "\n--- host ping statistics ---\n"
          "4 packets transmitted, 3 received, 25% packet loss, time 3007ms\n"
          "rtt min/avg/max/mdev = 2.000/2.000/2.000/0.000 ms, "
          "p50/p95/p99 = 2.000/2.000/2.000 ms, jitter = 0.000 ms\n");
    target.log.note_corrupt();
    target.log.note_corrupt();
    target.log.note_foreign();
    target.log.reply(1, start + 3ms);
    target.log.error(target.log.sent(start));
    target.log.sent(start);
    CHECK_THAT(icmppinger::summary_text(target, 1s),
               Contains("6 packets transmitted, 3 received, +1 duplicates, +2 corrupted, +1 "
                        "errors, 1 still in flight, 1 foreign, 40% packet loss, time 1000ms\n"));
    CHECK_THAT(icmppinger::json_text(target, 1s),
               Contains("\"errors\":1,") && Contains("\"corrupt\":2,\"foreign\":1,\"advice\":0,"));
}

TEST_CASE("The summary of a run without ICMP answers has no times and no nan",
          "[icmppinger][report]")
{
    const Target target = some_target("host", 0, 2);
    CHECK_THAT(icmppinger::summary_text(target, 0s), EndsWith("100% packet loss, time 0ms\n"));
    CHECK_THAT(icmppinger::json_text(target, 0s), EndsWith("\"rtt_ms\":null}"));
}

TEST_CASE("The summary of several hosts is an aligned table", "[icmppinger][report]")
{
    Targets targets;
    targets.add(some_target("192.0.2.1", 2, 0));
    targets.add(some_target("another", 0, 2));
    CHECK(icmppinger::table_text(targets, 5s) ==
          "\n--- ping statistics: 2 hosts, 1 answered, time 5000ms ---\n"
          "host                     sent  received    errors      loss       min       avg       "
          "max    p95 ms\n"
          "192.0.2.1                   2         2         0        0%     2.000     2.000     "
          "2.000     2.000\n"
          "another (192.0.2.1)         2         0         0      100%         -         -         "
          "-         -\n");
}

TEST_CASE("The three timestamps give the offset of the host's clock", "[icmppinger][report]")
{
    struct Row {
        const char* times;
        std::chrono::milliseconds message; // by the wall clock, since 1970
        const char* text;
    };
    for (const auto& [times, message, text] :
         {Row{"00 00 03 e8 00 00 03 ed 00 00 03 ed", 1010ms, // 1.000, 1.005, 1.005
              " originate=00:00:01.000 receive=00:00:01.005 transmit=00:00:01.005 offset=0.0 ms"},
          {"00 00 03 e8 00 00 0b b8 00 00 0b b8", 1000ms,
           " originate=00:00:01.000 receive=00:00:03.000 transmit=00:00:03.000 offset=+2000.0 ms"},
          {"05 26 5b f6 00 00 00 05 00 00 00 05", 24h, // across midnight
           " originate=23:59:59.990 receive=00:00:00.005 transmit=00:00:00.005 offset=+10.0 ms"},
          {"00 00 00 00 80 00 00 07 ff ff ff ff", 0ms,
           " originate=00:00:00.000 receive=not-UT:7 transmit=not-UT:2147483647"}}) {
        const auto bytes =
            icmp_bytes::joined({std::vector<std::byte>(8), icmp_bytes::from_hex(times)});
        const Received received{.bytes = bytes, .arrival = net::PingLog::Time(1h)};
        CHECK(icmppinger::reply_details(received, RequestKind::timestamp, message - 1h) == text);
    }
}
