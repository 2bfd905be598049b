// Privileges of the ICMP pinger: unprivileged sockets, dropped privileges.
#include "catch.h"

#include <fstream>

#include "tests/grade/icmppinger/icmppinger.h"

using grade::answer;
using grade::host;
using grade::host6;
using grade::IcmpRequest;
using grade::Outcome;
using grade::Packets;
using grade::Process;
using grade::ScriptedNetwork;
using namespace std::chrono_literals;

namespace {

/// Runs the program as a user without privileges. (That user may have no access to the build
/// folder.)
Outcome as_nobody(const std::vector<std::string>& arguments)
{
    const grade::ScratchFolder folder;
    const std::string copy = (folder.path() / "icmppinger").string();
    grade::run("sh", {"-c", "cp $(command -v " + grade::command_of("ICMPPINGER") + ") " + copy +
                                "; chmod 755 " + folder.path().string() + " " + copy});
    return grade::run("setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all "
                      "--bounding-set=-all " +
                          copy,
                      arguments);
}

/// Allows unprivileged ICMP sockets in this network to all users, or to none.
void let_all_ping(bool may)
{
    std::ofstream("/proc/sys/net/ipv4/ping_group_range") << (may ? "0 2147483647" : "1 0");
}

} // namespace

TEST_CASE("Without privileges the message names the remedies", "[icmppinger][rights][extra][own]")
{
    if (!grade::can_have_network()) return;
    const grade::NetworkNamespace network;
    let_all_ping(false);
    const Outcome outcome = as_nobody({"-c1", "127.0.0.1"});
    CHECK(outcome.status == 2);
    CHECK(outcome.out.empty());
    CHECK(outcome.err == "icmppinger: open a raw ICMP socket: Operation not permitted; open an "
                         "unprivileged one: Permission denied (use sudo; or once, as root: setcap "
                         "cap_net_raw+ep icmppinger, or sysctl "
                         "net.ipv4.ping_group_range='0 2147483647')\n");
}

TEST_CASE("An unprivileged socket pings, too", "[icmppinger][rights][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(answer);
    let_all_ping(true);
    for (const std::string& address : {host, host6}) {
        const Outcome outcome = as_nobody({"-c3", "-i0.02", "-W5", address});
        CHECK(outcome.status == 0);
        CHECK(outcome.err.empty());
        CHECK_THAT(outcome.out, Contains("64 bytes from " + address + ": icmp_seq=3 ttl=64 time="));
        CHECK_THAT(outcome.out, Contains("3 packets transmitted, 3 received, 0% packet loss"));
    }
    const Outcome several = as_nobody({"-q", "-c2", "-i0.02", "-W5", host, host6, "10.9.0.3"});
    CHECK(several.status == 0);
    CHECK_THAT(several.out, Contains("3 hosts, 3 answered"));
}

TEST_CASE("An unprivileged socket reports errors like a raw one",
          "[icmppinger][rights][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        const auto type = [&](int v4, int v6) {
            return static_cast<std::uint8_t>(request.is_ipv6 ? v6 : v4);
        };
        if (request.sequence() == 1)
            return Packets{grade::icmp_error(request, {.type = type(3, 1), .code = 1})};
        if (request.sequence() == 2)
            return Packets{grade::icmp_error(request, {.type = type(11, 3), .code = 0})};
        return answer(request);
    });
    let_all_ping(true);
    const Outcome outcome = as_nobody({"-c3", "-i0.05", "-W5", host});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out,
               Contains("From 10.9.0.254 icmp_seq=1 Destination Host Unreachable: ") &&
                   Contains("From 10.9.0.254 icmp_seq=2 Time to live exceeded: ") &&
                   Contains("3 packets transmitted, 1 received, +2 errors, 66.67% packet loss"));
    const Outcome ipv6 = as_nobody({"-c3", "-i0.05", "-W5", host6});
    CHECK(ipv6.status == 0);
    CHECK_THAT(ipv6.out,
               Contains("From 2001:db8::fe icmp_seq=1 Destination unreachable: Administratively") &&
                   Contains("From 2001:db8::fe icmp_seq=2 Time exceeded: Hop limit: ") &&
                   Contains("3 packets transmitted, 1 received, +2 errors, 66.67% packet loss"));
}

TEST_CASE("A trace and a path MTU need no privileges", "[icmppinger][rights][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        if (request.hops_left < 3)
            return Packets{grade::icmp_error(
                request,
                {.type = 11,
                 .code = 0,
                 .reporter = "10.9.1." + std::to_string(static_cast<int>(request.hops_left))})};
        if (request.packet.size() > 1400)
            return Packets{
                grade::icmp_error(request, {.type = 3, .code = 4, .rest = grade::bytes32(1400)})};
        return answer(request);
    });
    let_all_ping(true);
    const Outcome trace = as_nobody({"--trace", "-n", host});
    CHECK(trace.status == 0);
    CHECK_THAT(trace.out, Contains(" 1  10.9.1.1  ") && Contains(" 2  10.9.1.2  ") &&
                              Contains(" 3  10.9.0.2  "));
    const Outcome mtu = as_nobody({"--mtu", host});
    CHECK(mtu.status == 0);
    CHECK_THAT(mtu.out, Contains("path MTU: 1400 bytes, lowered by 10.9.0.254"));
}

TEST_CASE("Requests other than echo need a raw socket, and the message says so",
          "[icmppinger][rights][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(answer);
    let_all_ping(true);
    const Outcome outcome = as_nobody({"-c1", "--query=timestamp", host});
    CHECK(outcome.status == 2);
    CHECK_THAT(outcome.err,
               StartsWith("icmppinger: open a raw ICMP socket: Operation not "
                          "permitted; an unprivileged one sends only echo requests (use sudo;"));
}

TEST_CASE("Fast pings of other users than root are refused, except on loopback",
          "[icmppinger][rights][extra][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(answer);
    let_all_ping(true);
    for (const auto& arguments :
         std::vector<std::vector<std::string>>{{"-f", "-c9"}, {"-i0.001", "-c9"}, {"-l4", "-c9"}}) {
        CAPTURE(arguments);
        std::vector<std::string> remote = arguments;
        remote.push_back(host);
        const Outcome outcome = as_nobody(remote);
        CHECK(outcome.status == 2);
        CHECK(outcome.err ==
              "icmppinger: floods, and intervals below 0.002 s or preloads above 3 for "
              "one address, need root, except on loopback (use sudo)\n");
        CHECK(network.requests().empty());
        std::vector<std::string> local = arguments;
        local.emplace_back("127.0.0.1");
        CHECK(as_nobody(local).status == 0);
    }
    CHECK(as_nobody({"-i0.002", "-c3", host}).status == 0);
    CHECK(as_nobody({"-i0.002", "-c3", host, "10.9.0.3"}).status == 0);
    CHECK(as_nobody({"-i0.002", "-c3", host, "10.9.0.3", host}).status == 2); // one ms apart
    CHECK(as_nobody({"-l2", "-c3", host, host}).status == 2);
}

TEST_CASE("Privileges are dropped once the sockets are open", "[icmppinger][rights][robust][own]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(answer);
    const Process pinger(grade::command_of("ICMPPINGER"), {host}, "/");
    CHECK(network.requests(1).size() == 1);
    const std::string status =
        grade::content_of("/proc/" + std::to_string(pinger.id()) + "/status");
    CHECK_THAT(status, Contains("CapPrm:\t0000000000000000\n") &&
                           Contains("CapEff:\t0000000000000000\n") && Contains("NoNewPrivs:\t1\n"));
}
