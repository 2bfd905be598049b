// ICMP errors about the pinger's packets from routers and forgers.
#include "catch.h"

#include <array>
#include <chrono>
#include <thread>

#include "common/checksum.h"
#include "tests/grade/icmppinger/icmppinger.h"

using grade::bytes16;
using grade::bytes32;
using grade::host;
using grade::host6;
using grade::IcmpError;
using grade::IcmpRequest;
using grade::Outcome;
using grade::Packets;
using grade::ScriptedNetwork;
using namespace std::chrono_literals;

namespace {

Outcome ping(std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), {"-i", "0.02"});
    return grade::run(grade::command_of("ICMPPINGER"), arguments);
}

/// A host for each code, which is the last byte of its address.
std::vector<std::string> hosts(const std::string& prefix, int count)
{
    std::vector<std::string> all{"-c1", "-W2"};
    for (int code = 0; code < count; ++code)
        all.push_back(prefix + std::to_string(code));
    return all;
}

std::uint8_t code_of(const IcmpRequest& request)
{
    return static_cast<std::uint8_t>(request.destination.back());
}

/// The types with the same meaning in both families.
struct Family {
    std::string host;
    std::uint8_t unreachable;
    std::uint8_t time_exceeded;
    std::uint8_t parameter_problem;
    const char* router;
};
const std::array<Family, 2> families{Family{host, 3, 11, 12, "10.9.0.254"},
                                     Family{host6, 1, 3, 4, "2001:db8::fe"}};

} // namespace

TEST_CASE("A host that answers slowly is not lost because another one answers fast",
          "[icmppinger][hosts][robust][own]")
{
    if (!grade::can_have_network()) return;
    const std::string slow = "10.9.0.3";
    const ScriptedNetwork network([&slow](const IcmpRequest& request) {
        if (request.destination == grade::address_bytes(slow)) std::this_thread::sleep_for(1300ms);
        return Packets{grade::echo_reply(request)};
    });
    const Outcome outcome = ping({"-c1", host, slow});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("64 bytes from " + slow));
}

TEST_CASE("Each code of destination unreachable is shown with its meaning and its RFC",
          "[icmppinger][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        return Packets{grade::icmp_error(request, {.type = 3, .code = code_of(request)})};
    });
    const Outcome outcome = ping(hosts("10.9.1.", 16));
    CHECK(outcome.status == 1);
    for (const char* words :
         {"Destination Net Unreachable: a router knows no way to that network (RFC 792)",
          "Destination Host Unreachable: ", "Destination Protocol Unreachable: ",
          "Destination Port Unreachable: ", "Frag needed and DF set (mtu = not told): ",
          "Source Route Failed: ", "Destination Net Unknown: ", "Destination Host Unknown: ",
          "Source Host Isolated: ", "Destination Net Prohibited: ", "Destination Host Prohibited: ",
          "Destination Net Unreachable for Type of Service: ",
          "Destination Host Unreachable for Type of Service: ",
          "Packet filtered: a firewall refuses the packet (RFC 1812)",
          "Precedence Violation: ", "Precedence Cutoff: "})
        CHECK_THAT(outcome.out, Contains("From 10.9.0.254 icmp_seq=1 " + std::string(words)));
    CHECK_THAT(outcome.out, Contains("16 hosts, 0 answered"));
}

TEST_CASE("Each code of ICMPv6's destination unreachable is shown with its meaning",
          "[icmppinger][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        return Packets{grade::icmp_error(request, {.type = 1, .code = code_of(request)})};
    });
    const Outcome outcome = ping(hosts("2001:db8::1:", 7));
    CHECK(outcome.status == 1);
    for (const char* words :
         {"No route: ", "Administratively prohibited: ", "Beyond scope of source address: ",
          "Address unreachable: ", "Port unreachable: ",
          "Source address failed ingress/egress policy: ", "Reject route to destination: "})
        CHECK_THAT(outcome.out, Contains("From 2001:db8::fe icmp_seq=1 Destination unreachable: " +
                                         std::string(words)));
}

TEST_CASE("The other errors are shown with their details", "[icmppinger][extra][own]")
{
    struct Row {
        std::string host;
        IcmpError error;
        const char* words;
    };
    const Row rows[] = {
        {host,
         {.type = 3, .code = 4, .rest = bytes32(1400)},
         "Frag needed and DF set (mtu = 1400)"},
        {host, {.type = 11, .code = 0}, "Time to live exceeded: "},
        {host, {.type = 11, .code = 1}, "Frag reassembly time exceeded: "},
        {host,
         {.type = 12, .code = 0, .rest = bytes32(20U << 24)},
         "Parameter problem: pointer = 20"},
        {host, {.type = 12, .code = 1}, "Parameter problem: option missing: "},
        {host, {.type = 12, .code = 2}, "Parameter problem: bad length: "},
        {host, {.type = 3, .code = 99}, "Destination Unreachable, Bad Code"},
        {host6, {.type = 2, .code = 0, .rest = bytes32(1280)}, "Packet too big (mtu = 1280)"},
        {host6, {.type = 3, .code = 0}, "Time exceeded: Hop limit: "},
        {host6, {.type = 3, .code = 1}, "Time exceeded: Defragmentation failure: "},
        {host6, {.type = 4, .code = 0, .rest = bytes32(40)}, "Wrong header field: pointer = 40"},
        {host6, {.type = 4, .code = 1, .rest = bytes32(6)}, "Unknown header: pointer = 6"},
        {host6, {.type = 4, .code = 2, .rest = bytes32(42)}, "Unknown option: pointer = 42"},
        {host6, {.type = 4, .code = 10, .rest = bytes32(42)}, "Option too big: pointer = 42"},
    };
    if (!grade::can_have_network()) return;
    for (const Row& row : rows) {
        CAPTURE(row.words);
        const ScriptedNetwork network([&row](const IcmpRequest& request) {
            return Packets{grade::icmp_error(request, row.error)};
        });
        const Outcome outcome = ping({"-c2", "-W5", row.host});
        CHECK(outcome.status == 1);
        const bool is_ipv6 = row.host == host6;
        CHECK_THAT(outcome.out, Contains(std::string("From ") + families[is_ipv6 ? 1 : 0].router +
                                         " icmp_seq=2 "));
        CHECK_THAT(outcome.out, Contains(row.words));
        CHECK_THAT(outcome.out, Contains("2 packets transmitted, 0 received, +2 errors, 100%"));
    }
}

TEST_CASE("Redirects and source quenches are advice: the answer still counts",
          "[icmppinger][extra][own]")
{
    struct Row {
        IcmpError error;
        const char* words;
    };
    const std::string gateway = grade::address_bytes("10.9.0.253");
    const Row rows[] = {
        {{.type = 4, .code = 0}, "Source Quench: "},
        {{.type = 5, .code = 0, .rest = gateway}, "Redirect Network (New nexthop: 10.9.0.253)"},
        {{.type = 5, .code = 1, .rest = gateway}, "Redirect Host (New nexthop: 10.9.0.253)"},
        {{.type = 5, .code = 2, .rest = gateway}, "Redirect Type of Service and Network (New"},
        {{.type = 5, .code = 3, .rest = gateway}, "Redirect Type of Service and Host (New"},
    };
    if (!grade::can_have_network()) return;
    for (const Row& row : rows) {
        CAPTURE(row.words);
        const ScriptedNetwork network([&row](const IcmpRequest& request) {
            return Packets{grade::icmp_error(request, row.error), grade::echo_reply(request)};
        });
        const Outcome outcome = ping({"-c2", "-W5", host});
        CHECK(outcome.status == 0);
        CHECK_THAT(outcome.out, Contains("From 10.9.0.254 icmp_seq=1 " + std::string(row.words)));
        CHECK_THAT(outcome.out, Contains("2 packets transmitted, 2 received, 0% packet loss"));
    }
}

TEST_CASE("An error ends its own ping, and the others continue", "[icmppinger][extra][own]")
{
    if (!grade::can_have_network()) return;
    for (const Family& family : families) {
        const ScriptedNetwork network([&family](const IcmpRequest& request) {
            if (request.sequence() != 2) return Packets{grade::echo_reply(request)};
            return Packets{grade::icmp_error(request, {.type = family.unreachable, .code = 1})};
        });
        const Outcome outcome = ping({"-c3", "-W5", family.host});
        CHECK(outcome.status == 0);
        CHECK_THAT(outcome.out, Contains("icmp_seq=2 Destination"));
        CHECK_THAT(outcome.out, Contains("3 packets transmitted, 2 received, +1 errors, 33.33%"));
    }
}

TEST_CASE("A repeated error counts once; an answer replaces it", "[icmppinger][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        const std::string error = grade::icmp_error(request, {.type = 3, .code = 1});
        if (request.sequence() == 1) return Packets(5, error);
        if (request.sequence() == 2) return Packets{error, grade::echo_reply(request)};
        return Packets{grade::echo_reply(request)};
    });
    const Outcome outcome = ping({"-c3", "-W5", host});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out,
               Contains("3 packets transmitted, 2 received, +1 errors, 33.33% packet"));
}

TEST_CASE("An error counts only if it quotes our packet", "[icmppinger][robust][own]")
{
    struct Row {
        const char* what;
        std::size_t place4; // the byte that is changed, in the quoted packet
        std::size_t place6;
    };
    if (!grade::can_have_network()) return;
    for (const auto& [what, place4, place6] : {Row{"version", 0, 0},
                                               {"protocol", 9, 6},
                                               {"destination", 19, 39},
                                               {"type", 20, 40},
                                               {"identifier", 24, 44},
                                               {"sequence number", 26, 46},
                                               {"nonce", 28, 48},
                                               {"end of the nonce", 35, 55}})
        for (const Family& family : families) {
            CAPTURE(what, family.host);
            const std::size_t place = family.host == host ? place4 : place6;
            const ScriptedNetwork network([&](const IcmpRequest& request) {
                IcmpRequest other = request;
                other.packet[place] ^= '\x51';
                return Packets{grade::icmp_error(other, {.type = family.unreachable, .code = 1}),
                               grade::echo_reply(request)};
            });
            const Outcome outcome = ping({"-c2", "-W5", family.host});
            CHECK(outcome.status == 0);
            CHECK_THAT(outcome.out, !Contains("From "));
            CHECK_THAT(outcome.out, Contains("2 packets transmitted, 2 received, 0% packet loss"));
        }
}

TEST_CASE("A truncated error counts if it quotes the whole ICMP header",
          "[icmppinger][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        Packets packets;
        for (std::size_t quoted = 0; quoted < 28; ++quoted)
            packets.push_back(grade::icmp_error(request, {.type = 3, .code = 1, .quoted = quoted}));
        if (request.sequence() == 2)
            packets.push_back(grade::icmp_error(request, {.type = 3, .code = 1, .quoted = 28}));
        else
            packets.push_back(grade::echo_reply(request));
        return packets;
    });
    const Outcome outcome = ping({"-c2", "-W1", host});
    CHECK_THAT(outcome.out, Contains("From 10.9.0.254 icmp_seq=2 Destination Host Unreachable"));
    CHECK_THAT(outcome.out, Contains("2 packets transmitted, 1 received, +1 errors, 50%"));
}

TEST_CASE("An error with a wrong checksum does not count", "[icmppinger][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        std::string error = grade::icmp_error(request, {.type = 3, .code = 1});
        error.back() ^= 1;
        return Packets{error, grade::echo_reply(request)};
    });
    const Outcome outcome = ping({"-c2", "-W5", host});
    CHECK_THAT(outcome.out, !Contains("From "));
    CHECK_THAT(outcome.out, Contains("2 received, 0% packet loss"));
}

TEST_CASE("MPLS labels after the quotation are shown", "[icmppinger][extra][own]")
{
    if (!grade::can_have_network()) return;
    for (const Family& family : families) {
        const ScriptedNetwork network([&family](const IcmpRequest& request) {
            std::string structure = std::string("\x20\0", 2) + bytes16(0) + bytes16(8) +
                                    "\x01\x01" + bytes32(16001U << 12 | 1U << 8 | 3);
            structure.replace(2, 2,
                              bytes16(net::internet_checksum(std::as_bytes(std::span(structure)))));
            IcmpRequest padded = request;
            padded.packet.resize(128);
            const std::string rest =
                request.is_ipv6 ? bytes32(16U << 24) : bytes32(32U << 16); // 128, in their units
            return Packets{grade::icmp_error(
                padded,
                {.type = family.time_exceeded, .code = 0, .rest = rest, .appended = structure})};
        });
        const Outcome outcome = ping({"-c1", family.host});
        CHECK_THAT(outcome.out, Contains("MPLS label 16001, class 0, TTL 3 (RFC 4950)"));
    }
}

TEST_CASE("Timestamp, mask and information requests show their replies", "[icmppinger][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        const std::string rest = request.icmp.substr(4, 4);
        const auto reply = [&](std::uint8_t type, const std::string& body) {
            return Packets{grade::echo_reply(request, grade::icmp_message(type, 0, rest, body))};
        };
        if (request.type() == 13)
            return reply(14, request.data().substr(0, 4) + bytes32(1000) + bytes32(1U << 31));
        return request.type() == 17 ? reply(18, bytes32(0xffffff00)) : reply(16, {});
    });
    const Outcome times = ping({"-c1", "--query=timestamp", host});
    CHECK(times.status == 0);
    CHECK_THAT(times.out, Contains("receive=00:00:01.000 transmit=not-UT:0\n"));
    CHECK(network.requests().back().icmp.size() == 20);

    const Outcome mask = ping({"-c1", "--query=mask", host});
    CHECK(mask.status == 0);
    CHECK_THAT(mask.out, Contains("12 bytes from 10.9.0.2: icmp_seq=1 ttl=64 time=") &&
                             Contains(" mask=255.255.255.0\n"));
    CHECK(mask.err == "note: RFC 6918 has deprecated address mask messages\n");
    CHECK(network.requests().back().icmp.size() == 12);

    const Outcome information = ping({"-c1", "--query=info", host});
    CHECK(information.status == 0);
    CHECK_THAT(information.out, Contains("8 bytes from 10.9.0.2: icmp_seq=1"));
    CHECK(information.err == "note: RFC 6918 has deprecated information messages\n");
    CHECK(network.requests().back().icmp.size() == 8);
}

TEST_CASE("A foreign or truncated timestamp reply does not count", "[icmppinger][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        const std::string rest = request.icmp.substr(4, 4);
        const std::string body =
            request.sequence() == 1 ? std::string(12, '\x01') : request.data().substr(0, 11);
        return Packets{grade::echo_reply(request, grade::icmp_message(14, 0, rest, body))};
    });
    const Outcome outcome = ping({"-c2", "-W1", "--query=timestamp", host});
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.out, Contains("icmp_seq=1 answers no ping of ours") &&
                                Contains("icmp_seq=2 corrupt: cut short"));
}

TEST_CASE("A local send error is shown and ends its ping", "[icmppinger][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(
        [](const IcmpRequest& request) { return Packets{grade::echo_reply(request)}; });
    const Outcome large = ping({"-c2", "-M", "do", "-s", "2000", host});
    CHECK(large.status == 1);
    CHECK_THAT(large.err, Contains("icmp_seq=2: send to 10.9.0.2: Message too long, mtu=1500\n"));
    CHECK_THAT(large.out, Contains("2 packets transmitted, 0 received, +2 errors, 100%"));

    CHECK(grade::run("ip", {"route", "add", "unreachable", "10.9.5.0/24"}).status == 0);
    const Outcome lost = ping({"-c1", "10.9.5.1"});
    CHECK(lost.status == 2);
    CHECK(lost.err == "icmppinger: find a route to 10.9.5.1: No route to host\n");
}
