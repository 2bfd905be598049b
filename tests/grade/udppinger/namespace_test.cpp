// Both UDP programs in network namespaces with chosen addresses, routes and firewalls. A namespace
// ends with its shell.
#include "catch.h"

#include "tests/grade/peers/icmp_network.h"
#include "tests/grade/peers/process.h"
#include "tests/grade/peers/udp.h"

using grade::Outcome;

namespace {

bool is_impossible(const std::string& tool)
{
    return !grade::can_have_namespaces() || !grade::works(tool);
}

/// Runs a script in a new network namespace with loopback up.
Outcome in_namespace(const std::string& script)
{
    return grade::run("unshare", {"-n", "-m", "sh", "-c", "set -e; ip link set lo up; " + script});
}

/// Starts our server and waits until it is ready.
std::string server(const std::string& arguments)
{
    return ": >server.err; " + grade::command_of("UDPECHOSERVER") + " " + arguments +
           " >server.out 2>server.err & server=$!; "
           "until grep -q answering server.err; do kill -0 $server; done; ";
}

std::string pinger(const std::string& arguments)
{
    return grade::command_of("UDPPINGER") + " " + arguments;
}

} // namespace

TEST_CASE("Where localhost is ::1 first, a server on IPv4 only is still found",
          "[udppinger][robust][own]")
{
    if (is_impossible("ip -V")) return;
    const grade::ScratchFolder scratch;
    const Outcome outcome = in_namespace(
        "cd " + scratch.path().string() +
        "; echo '::1 here' >hosts; echo '127.0.0.1 here' >>hosts; mount --bind hosts /etc/hosts; " +
        server("--loss=0 --bind 127.0.0.1 0") +
        "port=$(sed 's/.*:\\([0-9]*\\) (.*/\\1/' server.err); " + pinger("-c3 -i0.01 here $port") +
        "; kill $server");
    CHECK_THAT(outcome.out, Contains("PING here (127.0.0.1)") && Contains("seq=1 time=") &&
                                Contains("3 packets transmitted, 3 received, 0% packet loss"));
    CHECK_THAT(outcome.err, Matches("(udppinger: no server listens on \\[::1\\]:[0-9]+, trying the "
                                    "next address\n)?"));
}

TEST_CASE("The time of a slow look-up is not the run's", "[udppinger][robust][own]")
{
    if (!grade::can_have_network()) return;
    const grade::ScriptedNetwork network(
        [](const grade::IcmpRequest&) { return std::vector<std::string>{}; });
    const grade::NameServer names("127.0.0.1");
    const grade::ScriptedServer server(
        [](grade::UdpPeer& peer, const std::string& datagram) { peer.answer(datagram); });
    const Outcome outcome = grade::run(
        grade::with_slow_names(pinger("-w0.5 -i0.1 slow.example ") + std::to_string(server.port())),
        {});
    CAPTURE(outcome.err);
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("5 packets transmitted, 5 received"));
}

TEST_CASE("Without a route the pinger says so and exits 2", "[udppinger][robust][own]")
{
    if (is_impossible("ip -V")) return;
    const Outcome outcome = in_namespace(pinger("-c1 192.0.2.1"));
    CHECK(outcome.status == 2);
    CHECK(outcome.err == "udppinger: connect to 192.0.2.1:12000: Network is unreachable\n");
}

TEST_CASE("An unused address is reported as unreachable", "[udppinger][robust][own]")
{
    if (is_impossible("ip -V")) return;
    const Outcome outcome =
        in_namespace("ip link add one type veth peer name two; ip link set one up; "
                     "ip link set two up; ip address add 192.0.2.1/24 dev one; " +
                     pinger("-c2 -i0.1 -W9 192.0.2.9"));
    CHECK(outcome.status == 1);
    CHECK_THAT(
        outcome.out,
        Contains("From 192.0.2.1 seq=1 Destination Host Unreachable: no host answers at that"));
    CHECK_THAT(outcome.out, Contains("0 received, +2 errors, 100% packet loss"));
}

TEST_CASE("The error of a firewall is shown with its meaning", "[udppinger][robust][own]")
{
    if (is_impossible("nft -v")) return;
    const Outcome outcome = in_namespace(
        "nft 'add table inet t; add chain inet t in { type filter hook input priority 0; }; "
        "add rule inet t in udp dport 12000 reject with icmpx admin-prohibited'; " +
        pinger("-c2 -i0.01 127.0.0.1") + " || true; " + pinger("-c1 ::1"));
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.out, Contains("From 127.0.0.1 seq=2 Packet filtered: a firewall"));
    CHECK_THAT(outcome.out,
               Contains("From ::1 seq=1 Destination unreachable: Administratively prohibited"));
}

TEST_CASE("A last ping that cannot be sent ends the run", "[udppinger][robust][own]")
{
    if (is_impossible("nft -v")) return;
    const Outcome outcome = in_namespace(
        "nft 'add table inet t; add chain inet t out { type filter hook output priority 0; }; "
        "add rule inet t out udp dport 12000 drop'; " +
        pinger("-c1 127.0.0.1") + " || " + pinger("--heartbeat -c1 127.0.0.1") + " || " +
        pinger("--json -c3 -i0.01 127.0.0.1"));
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.out, !Contains("0 bytes"));
    CHECK_THAT(outcome.out, Contains("\"transmitted\":3,\"received\":0,\"lost\":3,"));
    CHECK_THAT(outcome.err, // once, and not in the JSON object
               EndsWith("\nudppinger: send to 127.0.0.1:12000: Operation not permitted (perhaps a "
                        "local firewall)\n"));
    CHECK_THAT(outcome.out, Contains("1 packets transmitted, 0 received, +1 errors, 100% packet "
                                     "loss") &&
                                Contains("1 heartbeat sent, 1 error"));
    CHECK_THAT(outcome.err, Contains("seq=1: send to 127.0.0.1:12000: Operation not permitted"));
}

TEST_CASE("Exactly the datagrams that the network loses are counted", "[udppinger][extra][own]")
{
    if (is_impossible("nft -v")) return;
    const grade::ScratchFolder scratch;
    const Outcome outcome = in_namespace(
        "cd " + scratch.path().string() +
        "; nft 'add table ip t; add chain ip t in { type filter hook input priority 0; }; "
        "add rule ip t in udp dport 12000 numgen inc mod 4 0 drop'; " +
        server("--loss=0 --quiet") + pinger("-q -c200 -i0.001 -W0.2") +
        "; kill $server; "
        "wait; cat server.out");
    CHECK_THAT(outcome.out, Contains("200 packets transmitted, 150 received, 25% packet loss"));
    CHECK_THAT(outcome.out, Contains("1 client: 150 received, 150 answered"));
}

TEST_CASE("The server answers from the address that a request was sent to, on every interface",
          "[udpechoserver][extra][own]")
{
    if (is_impossible("ip -V")) return;
    const grade::ScratchFolder scratch;
    const Outcome outcome = in_namespace(
        "cd " + scratch.path().string() +
        "; for address in 192.0.2.1/32 192.0.2.2/32; do ip address add $address dev lo; done; "
        "for address in 2001:db8::1 2001:db8::2; do ip address add $address dev lo nodad; done; " +
        server("--loss=0") + "for host in 192.0.2.1 192.0.2.2 2001:db8::1 2001:db8::2; do " +
        pinger("-q -c1 $host") + "; done; kill $server");
    CHECK(outcome.status == 0);
    std::size_t answered = 0;
    for (auto place = outcome.out.find("1 received"); place != std::string::npos;
         place = outcome.out.find("1 received", place + 1))
        ++answered;
    CHECK(answered == 4);
}
