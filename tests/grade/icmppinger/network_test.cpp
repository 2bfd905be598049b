// The ICMP pinger in a network simulated by the test: hosts, routers and forgers behind a TUN
// device.
#include "catch.h"

#include <algorithm>
#include <csignal>

#include "common/checksum.h"
#include "tests/grade/icmppinger/icmppinger.h"
#include "tests/grade/peers/command.h"

using grade::answer;
using grade::host;
using grade::host6;
using grade::icmppinger;
using grade::IcmpRequest;
using grade::Outcome;
using grade::Packets;
using grade::Process;
using grade::ScriptedNetwork;
using namespace std::chrono_literals;

namespace {

/// Runs the pinger with short intervals and time-outs.
Outcome ping_fast(std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), {"-i", "0.02"});
    return icmppinger(arguments);
}

std::uint16_t checksum_of(const std::string& bytes)
{
    return net::internet_checksum(std::as_bytes(std::span(bytes)));
}

std::string reply_to(const IcmpRequest& request, std::uint16_t identifier, std::uint16_t sequence,
                     const std::string& data)
{
    return grade::icmp_message(request.is_ipv6 ? 129 : 0, 0,
                               grade::bytes16(identifier) + grade::bytes16(sequence), data);
}

/// The pinger with the argument of the assignment, the host.
std::string lab_command()
{
    return grade::command_of("ICMPPINGER", {{"host", host}});
}

/// Whether the command says where the host goes; other programs may have a host built in.
bool is_told_host()
{
    return grade::command_of("ICMPPINGER").find("{host}") != std::string::npos;
}

} // namespace

TEST_CASE("Echo requests have the format of RFC 792", "[icmppinger][lab]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(answer);
    Process pinger(lab_command(), {}, "/");
    const auto requests = network.requests(4);
    for (const IcmpRequest& request : requests) {
        CHECK(request.type() == 8);
        CHECK(request.icmp[1] == 0);
        CHECK(checksum_of(request.icmp) == 0);
        CHECK((!is_told_host() || request.destination == grade::address_bytes(host)));
        CHECK(request.identifier() == requests[0].identifier());
    }
}

TEST_CASE("Each request has its own sequence number, one more than the last", "[icmppinger][extra]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(answer);
    Process pinger(lab_command(), {}, "/");
    const auto requests = network.requests(4);
    for (std::size_t i = 1; i < requests.size(); ++i)
        CHECK(requests[i].sequence() == requests[i - 1].sequence() + 1);
}

TEST_CASE("A request without an answer does not stop the next", "[icmppinger][lab]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest&) { return Packets{}; });
    const Process pinger(lab_command(), {}, "/");
    CHECK(network.requests(3).size() >= 3);
}

TEST_CASE("Something is printed when an answer comes", "[icmppinger][lab]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(answer);
    const Process pinger(lab_command(), {}, "/");
    CHECK(network.requests(2).size() >= 2);
    const auto soon = net::Deadline::in(10s);
    while (pinger.out().find_first_of("0123456789") == std::string::npos)
        REQUIRE_FALSE(soon.passed());
}

TEST_CASE("Requests are sent on schedule whether or not answers come", "[icmppinger][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest&) { return Packets{}; });
    const Outcome outcome = icmppinger({"-c5", "-i0.05", "-W0.3", host});
    CHECK(outcome.status == 1);
    CHECK(network.requests().size() == 5);
    CHECK_THAT(outcome.out, Contains("5 packets transmitted, 0 received, 100% packet loss"));
    CHECK_THAT(outcome.out, !Contains("rtt") && !Contains("nan"));
}

TEST_CASE(
    "A count counts answers where there is a deadline: a host without losses is asked no more",
    "[icmppinger][extra][own]")
{
    if (!grade::can_have_network()) return;
    const bool floods = GENERATE(false, true);
    const ScriptedNetwork network([](const IcmpRequest& request) {
        const bool is_lost = !request.is_ipv6 && request.sequence() % 2 == 1;
        return is_lost ? Packets{} : answer(request);
    });
    const auto run = [floods](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), floods ? "-fq" : "-qi0.05");
        return icmppinger(arguments);
    };
    const Outcome both = run({"-c3", "-w8", host, host6});
    CHECK(both.status == 0);
    const auto requests = network.requests();
    CHECK(std::ranges::count(requests, false, &IcmpRequest::is_ipv6) >= 6);
    CHECK(std::ranges::count(requests, false, &IcmpRequest::is_ipv6) <= 8);
    CHECK(std::ranges::count(requests, true, &IcmpRequest::is_ipv6) == 3);

    const Outcome too_late = run({"-c1000", "-w0.4", host});
    CHECK(too_late.status == 1);
    const Outcome pings = run({"-c4", host});
    CHECK_THAT(pings.out, Contains("4 packets transmitted, 2 received, 50% packet loss"));
}

TEST_CASE("The options of the command line appear in the packets", "[icmppinger][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(answer);
    for (const std::string& address : {host, host6}) {
        CAPTURE(address);
        CHECK(ping_fast({"-c1", "-t", "17", "-Q", "0xb8", "-p", "c0ffee", "-s", "20", address})
                  .status == 0);
        const IcmpRequest request = network.requests().back();
        CHECK(request.hops_left == 17);
        CHECK(request.traffic_class == 0xb8);
        CHECK(request.data().size() == 20);
        CHECK(request.data().substr(8) == "\xc0\xff\xee\xc0\xff\xee\xc0\xff\xee\xc0\xff\xee");
    }
    CHECK(ping_fast({"-c1", "-M", "do", host}).status == 0);
    CHECK(network.requests().back().dont_fragment);
    CHECK(ping_fast({"-c1", "-M", "dont", host}).status == 0);
    CHECK_FALSE(network.requests().back().dont_fragment);
}

TEST_CASE("The calls of monitoring programs and of ping's users work", "[icmppinger][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        if (request.destination != grade::address_bytes("10.9.0.255")) return answer(request);
        return Packets{grade::ip_packet(
            {grade::address_bytes("10.9.0.7"), request.source,
             reply_to(request, request.identifier(), request.sequence(), request.data())})};
    });
    CHECK(icmppinger({"-n", "-U", "-w", "10", "-c", "2", host}).status == 0); // check_ping
    const auto start = std::chrono::steady_clock::now();
    CHECK_THAT(icmppinger({"-A", "-c20", host}).out,
               Contains("20 packets transmitted, 20 received"));
    CHECK(std::chrono::steady_clock::now() - start < 10s); // not a second for each
    const Outcome refused = icmppinger({"-c1", "10.9.0.255"});
    CHECK(refused.status == 2);
    CHECK_THAT(refused.err, Contains("(it may be a broadcast address)"));
    const Outcome broadcast = icmppinger({"-b", "-c1", "10.9.0.255"});
    CHECK(broadcast.status == 0);
    CHECK_THAT(broadcast.out, Contains("bytes from 10.9.0.7: icmp_seq=1"));
    for (const char* fpings : {"-C", "-B1", "-r1"}) {
        const Outcome outcome = icmppinger({fpings, host});
        CHECK(outcome.status == 2);
        CHECK_THAT(outcome.err, Contains("unknown option -"));
    }
}

TEST_CASE("The search for the path MTU keeps the pattern", "[icmppinger][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(answer);
    CHECK(icmppinger({"--mtu", "-p", "c0ffee", host}).status == 0);
    const auto requests = network.requests();
    REQUIRE_FALSE(requests.empty());
    for (const IcmpRequest& request : requests)
        CHECK(request.data().substr(8, 3) == "\xc0\xff\xee");
}

TEST_CASE("Packets are sent from the chosen address or interface", "[icmppinger][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(answer);
    grade::run("ip", {"address", "add", "10.9.0.77/32", "dev", "lo"});
    CHECK(ping_fast({"-c1", "-I", "10.9.0.77", host}).status == 0);
    CHECK(network.requests().back().source == grade::address_bytes("10.9.0.77"));
    CHECK(ping_fast({"-c1", "-I", "tun0", host}).status == 0);
    CHECK(network.requests().back().source == grade::address_bytes("10.9.0.1"));
    CHECK(ping_fast({"-c1", "-W0.2", "-I", "lo", host}).status != 0);
}

TEST_CASE("The data of every ping is unique, also from run to run", "[icmppinger][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(answer);
    CHECK(ping_fast({"-c3", host}).status == 0);
    CHECK(ping_fast({"-c3", host}).status == 0);
    std::vector<std::string> data;
    for (const IcmpRequest& request : network.requests())
        data.push_back(request.data());
    std::ranges::sort(data);
    CHECK(std::ranges::adjacent_find(data) == data.end());
    CHECK(data.size() == 6);
}

TEST_CASE("Preloaded pings are sent at once", "[icmppinger][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest&) { return Packets{}; });
    const Process pinger(grade::command_of("ICMPPINGER"), {"-l3", "-i", "3600", host}, "/");
    CHECK(network.requests(3).size() == 3);
}

TEST_CASE("A wrong answer is shown with the reason and does not count", "[icmppinger][robust][own]")
{
    struct Row {
        const char* line;
        std::function<Packets(const IcmpRequest&)> wrong_reply;
    };
    const Row rows[] = {
        {"corrupt: wrong checksum",
         [](const IcmpRequest& request) {
             std::string icmp =
                 reply_to(request, request.identifier(), request.sequence(), request.data());
             icmp.back() ^= 1;
             return Packets{grade::echo_reply(request, icmp)};
         }},
        {"corrupt: wrong data byte #20 should be 0x14 but was 0x95",
         [](const IcmpRequest& request) {
             std::string data = request.data();
             data[20] = '\x95';
             return Packets{grade::echo_reply(
                 request, reply_to(request, request.identifier(), request.sequence(), data))};
         }},
        {"corrupt: 55 data bytes instead of 56",
         [](const IcmpRequest& request) {
             return Packets{grade::echo_reply(request, reply_to(request, request.identifier(),
                                                                request.sequence(),
                                                                request.data().substr(0, 55)))};
         }},
        {"corrupt: 57 data bytes instead of 56",
         [](const IcmpRequest& request) {
             return Packets{
                 grade::echo_reply(request, reply_to(request, request.identifier(),
                                                     request.sequence(), request.data() + "x"))};
         }},
        {"corrupt: code 7 instead of 0",
         [](const IcmpRequest& request) {
             return Packets{grade::echo_reply(
                 request, grade::icmp_message(0, 7, request.icmp.substr(4, 4), request.data()))};
         }},
        {"answers no ping of ours: no ping has that sequence number",
         [](const IcmpRequest& request) {
             return Packets{grade::echo_reply(
                 request, reply_to(request, request.identifier(), 999, request.data()))};
         }},
        {"answers no ping of ours: not the data that was sent",
         [](const IcmpRequest& request) {
             return Packets{
                 grade::echo_reply(request, reply_to(request, request.identifier(),
                                                     request.sequence(), std::string(56, 'x')))};
         }},
        {"from another address: not the host that was pinged, 10.9.0.2",
         [](const IcmpRequest& request) {
             IcmpRequest other = request;
             other.destination = grade::address_bytes("10.9.0.3");
             return Packets{grade::echo_reply(other)};
         }},
        {"Echo Reply, not ours",
         [](const IcmpRequest& request) {
             return Packets{grade::echo_reply(
                 request, reply_to(request, static_cast<std::uint16_t>(request.identifier() + 1),
                                   request.sequence(), request.data()))};
         }},
    };
    if (!grade::can_have_network()) return;
    for (const Row& row : rows) {
        CAPTURE(row.line);
        const ScriptedNetwork network(row.wrong_reply);
        const Outcome outcome = ping_fast({"-v", "-c2", "-W0.5", host});
        CHECK(outcome.status == 1);
        CHECK_THAT(outcome.out, Contains(row.line));
        CHECK_THAT(outcome.out, Contains("2 packets transmitted, 0 received"));
        CHECK_THAT(outcome.out, Contains("100% packet loss"));
    }
}

TEST_CASE("After a wrong answer the right one still counts", "[icmppinger][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        std::string damaged =
            reply_to(request, request.identifier(), request.sequence(), request.data());
        damaged[30] ^= 4;
        return Packets{grade::echo_reply(request, damaged), grade::echo_reply(request)};
    });
    const Outcome outcome = ping_fast({"-c3", "-W5", host});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("3 packets transmitted, 3 received, +3 corrupted, 0% packet"));
}

TEST_CASE("Truncated answers do not count", "[icmppinger][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        Packets packets;
        const std::string whole =
            reply_to(request, request.identifier(), request.sequence(), request.data());
        for (std::size_t size = 0; size < whole.size(); ++size)
            packets.push_back(grade::echo_reply(request, whole.substr(0, size) + ""));
        packets.erase(packets.begin()); // empty stands for the right answer
        return packets;
    });
    const Outcome outcome = ping_fast({"-c2", "-W1", host});
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.out, Contains("0 received") && Contains("100% packet loss"));
    CHECK_THAT(outcome.out, Contains("63 bytes from 10.9.0.2: icmp_seq=1 corrupt: "));
}

TEST_CASE("Answers with any number of IP options are read", "[icmppinger][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        const std::string icmp =
            reply_to(request, request.identifier(), request.sequence(), request.data());
        const std::string options((request.sequence() - 1U) * 4, '\x01'); // no operation
        return Packets{grade::ip_packet({.source = request.destination,
                                         .destination = request.source,
                                         .payload = icmp,
                                         .options = options})};
    });
    const Outcome outcome = ping_fast({"-c11", "-W5", host}); // IHL 5 to 15
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("11 packets transmitted, 11 received, 0% packet loss"));
}

TEST_CASE("Duplicates are shown and counted separately", "[icmppinger][robust][own]")
{
    if (!grade::can_have_network()) return;
    for (const std::string& address : {host, host6}) {
        const ScriptedNetwork network(
            [](const IcmpRequest& request) { return Packets(3, grade::echo_reply(request)); });
        const Outcome outcome = ping_fast({"-c2", "-W1", address});
        CHECK(outcome.status == 0);
        CHECK_THAT(outcome.out, Contains("icmp_seq=1 ttl=64 time=") && Contains(" ms (DUP!)\n"));
        CHECK_THAT(outcome.out, Contains("2 packets transmitted, 2 received, +"));
    }
}

TEST_CASE("An answer after the time-out is late", "[icmppinger][robust][own]")
{
    if (!grade::can_have_network()) return;
    IcmpRequest first;
    const ScriptedNetwork network([&first](const IcmpRequest& request) {
        if (request.sequence() == 1) first = request;
        const bool is_long_after = request.sequence() == 8;
        return is_long_after ? Packets{grade::echo_reply(first)} : Packets{};
    });
    const Outcome outcome = icmppinger({"-c8", "-i0.1", "-W0.2", host});
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.out, Contains("icmp_seq=1 ttl=64 time=") &&
                                Contains("(late: it counts as lost)") &&
                                Contains("0 received, 1 late, 100% packet loss"));
}

TEST_CASE("Answers out of order are shown as such", "[icmppinger][robust][own]")
{
    if (!grade::can_have_network()) return;
    IcmpRequest first;
    const ScriptedNetwork network([&first](const IcmpRequest& request) {
        if (request.sequence() == 1) {
            first = request;
            return Packets{};
        }
        return Packets{grade::echo_reply(request), grade::echo_reply(first)};
    });
    const Outcome outcome = ping_fast({"-c2", "-W5", host});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out,
               Matches("[^]*icmp_seq=2 [^\n]*\n[^\n]*icmp_seq=1 [^\n]*out of order[^]*"));
    CHECK_THAT(outcome.out, Contains("2 received, 1 out of order, 0% packet loss"));
}

TEST_CASE("With -O an unanswered ping is reported when the next is sent",
          "[icmppinger][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        return request.sequence() == 2 ? Packets{} : answer(request);
    });
    const Outcome outcome = icmppinger({"-O", "-c3", "-i0.2", "-W1", host});
    CHECK_THAT(outcome.out, Contains("\nno answer yet for icmp_seq=2\n") &&
                                Contains("3 packets transmitted, 2 received, 33.33% packet loss"));
}

TEST_CASE("The members of a multicast group answer for it, with the given TTL",
          "[icmppinger][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        Packets packets;
        for (const char* member : {"2", "3"})
            packets.push_back(grade::ip_packet(
                {.source = grade::address_bytes((request.is_ipv6 ? "2001:db8::" : "10.9.0.") +
                                                std::string(member)),
                 .destination = request.source,
                 .payload =
                     reply_to(request, request.identifier(), request.sequence(), request.data())}));
        return packets;
    });
    const Outcome outcome = ping_fast({"-c2", "-t5", "239.1.2.3"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("64 bytes from 10.9.0.2: icmp_seq=2 ttl=64 time=") &&
                                Contains("64 bytes from 10.9.0.3: icmp_seq=1 ttl=64 time=") &&
                                Contains(" ms (DUP!)\n") &&
                                Contains("2 packets transmitted, 2 received, +"));
    CHECK(network.requests(2)[1].hops_left == 5);
    CHECK_THAT(ping_fast({"-c1", "-t5", "ff05::1:3"}).out,
               Contains("64 bytes from 2001:db8::2: icmp_seq=1 ttl=64 time="));
    const Outcome both = ping_fast({"-q", "-c1", "239.1.2.3", "10.9.0.2"});
    CHECK(both.status == 0);
    CHECK_THAT(both.out, Contains("2 hosts, 2 answered"));
}

TEST_CASE("Too much loss gives exit status 1", "[icmppinger][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        return request.sequence() % 4 == 0 ? Packets{} : answer(request);
    });
    CHECK(ping_fast({"-c8", "-W1", "--max-loss", "25", host}).status == 0);
    CHECK(ping_fast({"-c8", "-W1", "--max-loss", "24", host}).status == 1);
    CHECK(ping_fast({"-c8", "-w1", host}).status == 0);   // eight answers, as in ping
    CHECK(ping_fast({"-c999", "-w1", host}).status == 1); // fewer
    CHECK(ping_fast({"-c3", "-w1", host}).status == 0);
}

TEST_CASE("At the deadline the pings of a dead host are lost", "[icmppinger][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        return request.sequence() <= 2 ? answer(request) : Packets{};
    });
    const Outcome outcome = ping_fast({"-w0.5", "-i0.1", "--max-loss", "50", host});
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.out, Contains("5 packets transmitted, 2 received, 60% packet loss") &&
                                Contains("no answer for icmp_seq=5\n"));
}

TEST_CASE("A slow look-up takes nothing of the run's time", "[icmppinger][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(answer);
    const grade::NameServer names(host);
    const std::string pinger = grade::command_of("ICMPPINGER") + " -n -4 -w0.5 -i0.1 slow.example";
    const Outcome outcome = grade::run(grade::with_slow_names(pinger), {});
    CAPTURE(outcome.err);
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("5 packets transmitted, 5 received"));
}

TEST_CASE("A flood with a stalled reader ends at its deadline and on SIGTERM",
          "[icmppinger][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(answer);
    const auto stalled = [](const std::string& before, const std::string& more) {
        return grade::run("sh", {"-c", "{ " + before + grade::command_of("ICMPPINGER") + " -f " +
                                           host + more + "; echo ended $? >&2; } | sleep 3"});
    };
    CHECK(stalled("", " -w1").err ==
          "icmppinger: write to standard output: its reader has stalled\nended 2\n");
    CHECK(stalled("timeout 1 ", "").err == "ended 124\n"); // the signal itself has ended it
}

TEST_CASE("A flood of unrelated ICMP messages loses no answer", "[icmppinger][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        Packets packets;
        for (std::uint16_t i = 1; i <= 500; ++i)
            packets.push_back(grade::echo_reply(
                request, reply_to(request, static_cast<std::uint16_t>(request.identifier() + i),
                                  request.sequence(), request.data())));
        packets.push_back(grade::echo_reply(request));
        return packets;
    });
    const Outcome outcome = ping_fast({"-c10", "-W5", host});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("10 packets transmitted, 10 received, 0% packet loss"));
}

TEST_CASE("A recorded route is shown", "[icmppinger][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        const std::string option = std::string("\x07\x0f\x0c", 3) +
                                   grade::address_bytes("10.9.0.254") + grade::address_bytes(host) +
                                   std::string(4, '\0');
        return Packets{grade::ip_packet(
            {.source = request.destination,
             .destination = request.source,
             .payload = reply_to(request, request.identifier(), request.sequence(), request.data()),
             .options = option})};
    });
    const Outcome outcome = ping_fast({"-R", "-c1", host});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("RR: \t10.9.0.254\n\t10.9.0.2\n"));
}
