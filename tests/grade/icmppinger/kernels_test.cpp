// The ICMP pinger across three network namespaces with real kernels, compared with ping, traceroute
// and fping.
#include "catch.h"

#include <regex>

#include "common/error.h"
#include "tests/grade/icmppinger/icmppinger.h"

using grade::icmppinger;
using grade::Outcome;
using grade::Process;
using namespace std::chrono_literals;

namespace {

Outcome shell(const std::string& script)
{
    return grade::run("sh", {"-c", script});
}

void must(const std::string& script)
{
    const Outcome outcome = shell("set -e; " + script);
    if (outcome.status != 0) throw net::Error(script + ": " + outcome.err);
}

/// A second network namespace, kept alive by an idle process.
class OtherNetwork {
public:
    OtherNetwork() : idler_("unshare", {"-n", "sleep", "infinity"}, "/")
    {
        const auto network_of = [](const std::string& process) {
            return std::filesystem::read_symlink("/proc/" + process + "/ns/net").string();
        };
        const auto soon = net::Deadline::in(10s);
        while (network_of(id()) == network_of("thread-self"))
            if (soon.passed()) throw net::Error("a network cannot be made");
    }

    [[nodiscard]] std::string id() const { return std::to_string(idler_.id()); }
    void run(const std::string& script) const
    {
        must("nsenter -t " + id() + " -n sh -ec '" + script + "'");
    }

private:
    Process idler_;
};

/// Client, router and server: 10.1.0.1 - 10.1.0.254, 10.2.0.254 - 10.2.0.1.
class ThreeNetworks {
public:
    ThreeNetworks()
    {
        must("ip link add our0 type veth peer name near0 netns " + router.id());
        router.run("ip link add far0 type veth peer name server0 netns " + server.id());
        must("ip link set our0 up; ip address add 10.1.0.1/24 dev our0; "
             "ip address add fd01::1/64 dev our0 nodad; ip route add default via 10.1.0.254; "
             "ip -6 route add default via fd01::fe");
        router.run(
            "echo 1 >/proc/sys/net/ipv4/ip_forward; "
            "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding; "
            "echo 0 >/proc/sys/net/ipv4/icmp_ratelimit; "
            "echo 0 >/proc/sys/net/ipv6/icmp/ratelimit; "
            "ip link set lo up; ip link set near0 up; ip link set far0 mtu 1400 up; "
            "ip address add 10.1.0.254/24 dev near0; ip address add fd01::fe/64 dev near0 nodad; "
            "ip address add 10.2.0.254/24 dev far0; ip address add fd02::fe/64 dev far0 nodad; "
            "ip route add unreachable 10.4.0.0/24; ip route add prohibit 10.5.0.0/24; "
            "ip route add 10.6.0.0/24 via 10.1.0.253; "
            "ip -6 route add unreachable fd04::/64; ip -6 route add prohibit fd05::/64");
        server.run(
            "echo 0 >/proc/sys/net/ipv4/icmp_ratelimit; "
            "echo 0 >/proc/sys/net/ipv6/icmp/ratelimit; "
            "ip link set lo up; ip link set server0 mtu 1400 up; "
            "ip address add 10.2.0.1/24 dev server0; ip address add 10.2.0.2/24 dev server0; "
            "ip address add fd02::1/64 dev server0 nodad; "
            "ip route add default via 10.2.0.254; ip -6 route add default via fd02::fe; "
            "nft add table ip t; "
            "nft \"add chain ip t i { type filter hook input priority 0; }\"; "
            "nft add rule ip t i ip daddr 10.2.0.2 reject with icmp type port-unreachable");
        must("until ping -c1 -W1 10.2.0.1 && ping -c1 -W1 fd02::1; do :; done"); // links are up
    }

    grade::NetworkNamespace ours;
    OtherNetwork router;
    OtherNetwork server;
};

bool can_run_here()
{
    return grade::can_have_network() && grade::can_run("nft") && grade::can_run("nsenter") &&
           grade::can_run("ping");
}

/// Repeats the run while there is no answer: kernels limit the rate of errors.
Outcome until_told(const std::string& tool, const std::vector<std::string>& arguments)
{
    constexpr int most_tries = 9;
    Outcome outcome{};
    for (int tries = 0; tries < most_tries; ++tries) {
        must("ip route flush cache");
        outcome = grade::run(tool, arguments);
        const bool is_told = outcome.out.find(" icmp_seq=1 ") != std::string::npos;
        if (is_told) break;
    }
    return outcome;
}

/// The part that is equal in the lines of both tools: sender, sequence number and error.
std::string first_match(const std::string& text, const std::string& pattern)
{
    std::smatch match;
    return std::regex_search(text, match, std::regex(pattern)) ? match[0].str() : std::string();
}

} // namespace

TEST_CASE("Errors of real kernels are shown in the words of ping",
          "[icmppinger][kernels][extra][own]")
{
    if (!can_run_here()) return;
    const ThreeNetworks networks;
    struct Row {
        std::vector<std::string> arguments;
        const char* words;
    };
    const Row rows[] = {
        {{"10.2.0.1"}, "64 bytes from 10.2.0.1: icmp_seq=1 ttl=63 time="},
        {{"-t1", "10.2.0.1"}, "From 10.1.0.254 icmp_seq=1 Time to live exceeded"},
        {{"10.3.0.1"}, "From 10.1.0.254 icmp_seq=1 Destination Net Unreachable"},
        {{"10.4.0.1"}, "From 10.1.0.254 icmp_seq=1 Destination Host Unreachable"},
        {{"10.5.0.1"}, "From 10.1.0.254 icmp_seq=1 Packet filtered"},
        {{"10.2.0.2"}, "From 10.2.0.2 icmp_seq=1 Destination Port Unreachable"},
        {{"-Mdo", "-s1400", "10.2.0.1"},
         "From 10.1.0.254 icmp_seq=1 Frag needed and DF set (mtu = 1400)"},
        {{"fd02::1"}, "64 bytes from fd02::1: icmp_seq=1 ttl=63 time="},
        {{"-t1", "fd02::1"}, "From fd01::fe icmp_seq=1 Time exceeded: Hop limit"},
        {{"fd03::1"}, "From fd01::fe icmp_seq=1 Destination unreachable: No route"},
        {{"fd05::1"}, "From fd01::fe icmp_seq=1 Destination unreachable: Administratively"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.words);
        std::vector<std::string> arguments{"-n", "-c1", "-W1"};
        arguments.insert(arguments.end(), row.arguments.begin(), row.arguments.end());
        const Outcome ours = until_told(grade::command_of("ICMPPINGER"), arguments);
        CHECK_THAT(ours.out, Contains(row.words));
        const Outcome theirs = until_told("ping", arguments);
        CHECK(ours.status == theirs.status);
        const std::string line = first_match(theirs.out, "(From|[0-9]+ bytes).*(time=|[A-Za-z])");
        const std::string start = first_match(line, "^(From [^ ]+ icmp_seq=1 [A-Z][a-z]+|.*time=)");
        CHECK_FALSE(start.empty());
        CHECK_THAT(ours.out, Contains(start));
        CHECK(first_match(ours.out, ", [0-9]+% packet loss") ==
              first_match(theirs.out, ", [0-9]+% packet loss"));
    }
}

TEST_CASE("The redirect of a real router is shown as advice", "[icmppinger][kernels][extra][own]")
{
    if (!can_run_here()) return;
    const ThreeNetworks networks;
    const Outcome outcome = icmppinger({"-c1", "-W0.5", "10.6.0.1"});
    CHECK_THAT(outcome.out, Contains("From 10.1.0.254 icmp_seq=1 Redirect Host (New nexthop: "
                                     "10.1.0.253): advice"));
}

TEST_CASE("An absent neighbour is reported by our own kernel", "[icmppinger][kernels][extra][own]")
{
    if (!can_run_here()) return;
    const ThreeNetworks networks;
    const Outcome outcome = icmppinger({"-c1", "10.1.0.77"});
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.out, Contains("From 10.1.0.1 icmp_seq=1 Destination Host Unreachable"));
}

TEST_CASE("The path MTU of real links is found, and fragments are answered",
          "[icmppinger][kernels][extra][own]")
{
    if (!can_run_here()) return;
    const ThreeNetworks networks;
    for (const char* address : {"10.2.0.1", "fd02::1"}) {
        CAPTURE(address);
        const Outcome mtu = icmppinger({"--mtu", address});
        CHECK(mtu.status == 0);
        CHECK_THAT(mtu.out, Contains("path MTU: 1400 bytes, lowered by ") && Contains("(hop 1)\n"));
        const Outcome large = icmppinger({"-q", "-c3", "-i0.05", "-s60000", address});
        CHECK_THAT(large.out, Contains("3 packets transmitted, 3 received") ||
                                  Contains("2 received, +1 errors")); // the first is too big
    }
}

TEST_CASE("A trace finds the same hops as traceroute", "[icmppinger][kernels][extra][own]")
{
    if (!can_run_here() || !grade::can_run("traceroute")) return;
    const ThreeNetworks networks;
    for (const char* address : {"10.2.0.1", "fd02::1"}) {
        const Outcome ours = icmppinger({"--trace", "-n", address});
        const Outcome theirs = grade::run("traceroute", {"-I", "-n", address});
        CHECK(ours.status == 0);
        for (const char* hop : {" 1  [0-9a-f.:]+  ", " 2  [0-9a-f.:]+  "}) {
            CHECK_FALSE(first_match(ours.out, hop).empty());
            CHECK(first_match(ours.out, hop) == first_match(theirs.out, hop));
        }
        CHECK_THAT(ours.out, !Contains("\n 3 "));
    }
}

TEST_CASE("The same hosts answer as fping reports", "[icmppinger][kernels][extra][own]")
{
    if (!can_run_here() || !grade::can_run("fping")) return;
    const ThreeNetworks networks;
    const std::vector<std::string> hosts{"10.2.0.1", "10.4.0.1", "10.1.0.254", "10.5.0.1",
                                         "127.0.0.9"};
    std::vector<std::string> arguments{"-q", "-c1", "-W2"};
    arguments.insert(arguments.end(), hosts.begin(), hosts.end());
    const Outcome ours = icmppinger(arguments);
    std::vector<std::string> alive = {"-a", "-q", "-r1"};
    alive.insert(alive.end(), hosts.begin(), hosts.end());
    const Outcome theirs = grade::run("fping", alive);
    CHECK(ours.status == theirs.status);
    for (const std::string& address : hosts) {
        CAPTURE(address);
        const bool answered = !first_match(ours.out, "\n" + address + " +1 +1 +0 +0% ").empty();
        CHECK(answered == (("\n" + theirs.out).find("\n" + address + "\n") != std::string::npos));
    }
}
