// Traces and path MTU discovery through routers that the test simulates.
#include "catch.h"

#include "common/checksum.h"
#include "tests/grade/icmppinger/icmppinger.h"

using grade::bytes16;
using grade::bytes32;
using grade::host;
using grade::host6;
using grade::icmppinger;
using grade::IcmpRequest;
using grade::Outcome;
using grade::Packets;
using grade::ScriptedNetwork;

namespace {

/// The router where a packet with this TTL ends, from 1 on.
std::string router(const IcmpRequest& request, int number)
{
    return (request.is_ipv6 ? "2001:db8::1:" : "10.9.1.") + std::to_string(number);
}

std::string time_exceeded(const IcmpRequest& request)
{
    return grade::icmp_error(request, {.type = static_cast<std::uint8_t>(request.is_ipv6 ? 3 : 11),
                                       .code = 0,
                                       .reporter = router(request, request.hops_left)});
}

/// A host behind this number of routers.
ScriptedNetwork::Script host_behind(int routers)
{
    return [routers](const IcmpRequest& request) {
        return Packets{request.hops_left <= routers ? time_exceeded(request)
                                                    : grade::echo_reply(request)};
    };
}

/// The error of a router that a packet is too big.
std::string too_big(const IcmpRequest& request, std::uint32_t mtu, int number)
{
    IcmpRequest there = request; // as the router receives it, with its TTL there
    there.packet[request.is_ipv6 ? 7 : 8] = static_cast<char>(request.hops_left - number + 1);
    return grade::icmp_error(there, {.type = static_cast<std::uint8_t>(request.is_ipv6 ? 2 : 3),
                                     .code = static_cast<std::uint8_t>(request.is_ipv6 ? 0 : 4),
                                     .rest = bytes32(mtu),
                                     .reporter = router(request, number)});
}

/// A path of links with these MTUs, whose routers report them.
ScriptedNetwork::Script links(const std::vector<std::uint32_t>& mtus)
{
    return [mtus](const IcmpRequest& request) {
        for (std::size_t i = 0; i < mtus.size(); ++i)
            if (request.packet.size() > mtus[i])
                return Packets{too_big(request, mtus[i], static_cast<int>(i) + 1)};
        return Packets{grade::echo_reply(request)};
    };
}

} // namespace

TEST_CASE("A trace shows each router on the path, in order, and the host",
          "[icmppinger][route][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(host_behind(3));
    for (const std::string& address : {host, host6}) {
        const std::string router = address == host ? "10\\.9\\.1\\." : "2001:db8::1:";
        const Outcome outcome = icmppinger({"--trace", "-n", address});
        CHECK(outcome.status == 0);
        CHECK_THAT(outcome.out, Matches("TRACE " + address +
                                        ", 30 hops at most, 3 probes each, 56 bytes of data\n" +
                                        " 1  " + router + "1(  [0-9.]+ ms){3}\n" + //
                                        " 2  " + router + "2(  [0-9.]+ ms){3}\n" + //
                                        " 3  " + router + "3(  [0-9.]+ ms){3}\n" + //
                                        " 4  " + address + "(  [0-9.]+ ms){3}\n"));
    }
}

TEST_CASE("The hops of a trace are printed as JSON", "[icmppinger][route][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        return request.hops_left == 2 ? Packets{} : host_behind(2)(request);
    });
    const Outcome outcome = icmppinger({"--trace", "--json", "--probes=2", "-W0.3", "-n", host});
    CHECK(outcome.status == 0);
    const std::string numbers =
        ",\"name\":null,\"rtt_ms\":[0-9.]+,\"remark\":null,\"labels\":null\\}";
    const std::string router = "\\{\"address\":\"10.9.1.1\"" + numbers;
    const std::string end = "\\{\"address\":\"10.9.0.2\"" + numbers;
    CHECK_THAT(
        outcome.out,
        Matches("\\{\"host\":\"10.9.0.2\",\"address\":\"10.9.0.2\",\"reached\":true,\"hops\":\\["
                "\\{\"hop\":1,\"probes\":\\[" +
                router + "," + router +
                "\\]\\},"
                "\\{\"hop\":2,\"probes\":\\[null,null\\]\\},"
                "\\{\"hop\":3,\"probes\":\\[" +
                end + "," + end + "\\]\\}\\]\\}\n"));
    CHECK_THAT(icmppinger({"--mtu", "-q", host}).out, Matches("path MTU: 1500 bytes, [^\n]*\n"));
}

TEST_CASE("A silent router is a star and delays the trace only briefly",
          "[icmppinger][route][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        return request.hops_left == 2 ? Packets{} : host_behind(3)(request);
    });
    const Outcome outcome = icmppinger({"--trace", "-n", "-W0.5", "--probes=2", host});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("\n 2  *  *\n 3  10.9.1.3  "));
}

TEST_CASE("A trace ends at a router that refuses, and shows the reason",
          "[icmppinger][route][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        if (request.hops_left <= 2) return Packets{time_exceeded(request)};
        return Packets{
            grade::icmp_error(request, {.type = 3, .code = 13, .reporter = router(request, 3)})};
    });
    const Outcome outcome = icmppinger({"--trace", "-n", host});
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.out,
               Contains("\n 3  10.9.1.3  ") &&
                   Contains("\n      Packet filtered: a firewall refuses the packet") &&
                   !Contains("\n 4  "));
}

TEST_CASE("A trace without answers ends at the maximum number of hops",
          "[icmppinger][route][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest&) { return Packets{}; });
    const Outcome outcome =
        icmppinger({"--trace", "-n", "-W0.2", "--max-hops=4", "--probes=1", host});
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.out, Contains(" 1  *\n 2  *\n 3  *\n 4  *\n"));
    CHECK(network.requests().size() == 4);
}

TEST_CASE("Two routers at one hop are both shown, with MPLS labels",
          "[icmppinger][route][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        if (request.hops_left > 1) return Packets{grade::echo_reply(request)};
        std::string structure = std::string("\x20\0", 2) + bytes16(0) + bytes16(8) + "\x01\x01" +
                                bytes32(700U << 12 | 1U << 8 | 1);
        structure.replace(2, 2,
                          bytes16(net::internet_checksum(std::as_bytes(std::span(structure)))));
        IcmpRequest padded = request;
        padded.packet.resize(128);
        return Packets{grade::icmp_error(padded, {.type = 11,
                                                  .code = 0,
                                                  .rest = bytes32(32U << 16),
                                                  .reporter = router(request, request.sequence()),
                                                  .appended = structure})};
    });
    const Outcome outcome = icmppinger({"--trace", "-n", "--probes=2", host});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Matches("[^]* 1  10.9.1.1  [0-9.]+ ms  10.9.1.2  [0-9.]+ ms\n"
                                    "      MPLS label 700, class 0, TTL 1 \\(RFC 4950\\)\n[^]*"));
}

TEST_CASE("Errors about other packets are not hops", "[icmppinger][route][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        IcmpRequest other = request;
        other.packet[29] ^= 1; // in the nonce
        Packets packets = host_behind(1)(request);
        packets.insert(packets.begin(),
                       grade::icmp_error(other, {.type = 11, .code = 0, .reporter = "10.66.6.6"}));
        return packets;
    });
    const Outcome outcome = icmppinger({"--trace", "-n", host});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, !Contains("10.66.6.6"));
}

TEST_CASE("The smallest MTU is found, with the router that reports it",
          "[icmppinger][route][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(links({1500, 1492, 1400, 1450}));
    const Outcome outcome = icmppinger({"--mtu", host});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out,
               StartsWith("PATH MTU to 10.9.0.2:\n68 bytes: answered, ") &&
                   Contains("\n1500 bytes: From 10.9.1.2 Frag needed and DF set (mtu = 1492)") &&
                   Contains("\n1492 bytes: From 10.9.1.3 Frag needed and DF set (mtu = 1400)") &&
                   Contains("\npath MTU: 1400 bytes, lowered by 10.9.1.3 (hop 3)\n"));
    for (const IcmpRequest& request : network.requests())
        CHECK(request.dont_fragment);

    const Outcome ipv6 = icmppinger({"--mtu", host6});
    CHECK(ipv6.status == 0);
    CHECK_THAT(ipv6.out, Contains("path MTU: 1400 bytes, lowered by 2001:db8::1:3 (hop 3)\n"));
}

TEST_CASE("If no router lowers it, the path MTU is that of the local link",
          "[icmppinger][route][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(links({9000}), 1400);
    for (const std::string& address : {host, host6}) {
        const Outcome outcome = icmppinger({"--mtu", address});
        CHECK(outcome.status == 0);
        CHECK_THAT(outcome.out, Contains("path MTU: 1400 bytes, the MTU of the local link"));
    }
}

TEST_CASE("The search works across a black hole and an old router",
          "[icmppinger][route][robust][own]")
{
    if (!grade::can_have_network()) return;
    {
        const ScriptedNetwork network([](const IcmpRequest& request) {
            return request.packet.size() > 1471 ? Packets{} : Packets{grade::echo_reply(request)};
        });
        const Outcome hole = icmppinger({"--mtu", "-W0.05", host});
        CHECK(hole.status == 0);
        CHECK_THAT(hole.out, Contains("path MTU: 1471 bytes, larger packets are lost, and no"));
    }
    const ScriptedNetwork network([](const IcmpRequest& request) { // RFC 792 has no MTU here
        return Packets{request.packet.size() > 777 ? too_big(request, 0, 2)
                                                   : grade::echo_reply(request)};
    });
    const Outcome old = icmppinger({"--mtu", host});
    CHECK(old.status == 0);
    CHECK_THAT(old.out, Contains("path MTU: 777 bytes, lowered by 10.9.1.2 (hop 2)"));
}

TEST_CASE("A router that reports false MTUs does not make the search endless",
          "[icmppinger][route][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        const auto size = static_cast<std::uint32_t>(request.packet.size());
        return Packets{size <= 68 ? grade::echo_reply(request) : too_big(request, size - 1, 1)};
    });
    const Outcome outcome = icmppinger({"--mtu", host});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("path MTU: 68 bytes, lowered by"));
    CHECK(network.requests().size() < 100);
}

TEST_CASE("The path MTU of a silent host is not found", "[icmppinger][route][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest&) { return Packets{}; });
    const Outcome outcome = icmppinger({"--mtu", "-W0.1", host});
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.out, Contains("68 bytes: no answer\npath MTU: not found\n"));
    CHECK(
        icmppinger({"--json", "--mtu", "-W0.1", host}).out ==
        "{\"host\":\"10.9.0.2\",\"address\":\"10.9.0.2\",\"path_mtu\":null,\"lowered_by\":null}\n");
}

TEST_CASE("A silent name server does not delay a trace", "[icmppinger][route][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(host_behind(3)); // which answers no DNS query
    const grade::ScratchFolder folder;
    folder.write("resolv.conf", "nameserver 10.9.0.53\n");
    folder.write("hosts", "10.9.1.2 second.example\n");
    folder.write("nsswitch.conf", "hosts: files dns\n");
    std::string mounts;
    for (const char* file : {"resolv.conf", "hosts", "nsswitch.conf"})
        mounts += "mount --bind " + (folder.path() / file).string() + " /etc/" + file + "; ";
    const Outcome outcome =
        grade::run("unshare", {"-m", "sh", "-c",
                               "set -e; " + mounts + "exec " + grade::command_of("ICMPPINGER") +
                                   " --trace --probes=1 " + host});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Matches("TRACE [^\n]*\n 1  10.9.1.1  [0-9.]+ ms\n"
                                    " 2  (second.example \\()?10.9.1.2\\)?  [0-9.]+ ms\n"
                                    " 3  10.9.1.3  [0-9.]+ ms\n 4  10.9.0.2  [0-9.]+ ms\n"));
}
