// The ICMP pinger on the command line and on the real loopback interface.
#include "catch.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <iostream>

#include "tests/grade/icmppinger/icmppinger.h"
#include "tests/grade/peers/process.h"

using grade::icmppinger;
using grade::Outcome;
using grade::Process;
using namespace std::chrono_literals;

namespace {

/// Whether the program may ping here; if not, prints that the test is skipped.
bool can_ping()
{
    const bool can = icmppinger({"-c1", "-W2", "127.0.0.1"}).status == 0;
    if (!can) std::cerr << "skipped: no ICMP socket may be opened here\n";
    return can;
}

} // namespace

TEST_CASE("Answers and figures have the format of ping", "[icmppinger][own]")
{
    if (!can_ping()) return;
    const Outcome outcome = icmppinger({"-c3", "-i0.01", "127.0.0.1"});
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    CHECK_THAT(outcome.out,
               Matches("PING 127.0.0.1 \\(127.0.0.1\\) 56\\(84\\) bytes of data.\n"
                       "64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=[0-9.]+ ms\n"
                       "64 bytes from 127.0.0.1: icmp_seq=2 ttl=64 time=[0-9.]+ ms\n"
                       "64 bytes from 127.0.0.1: icmp_seq=3 ttl=64 time=[0-9.]+ ms\n\n"
                       "--- 127.0.0.1 ping statistics ---\n"
                       "3 packets transmitted, 3 received, 0% packet loss, time [0-9]+ms\n"
                       "rtt min/avg/max/mdev = [0-9.]+/[0-9.]+/[0-9.]+/[0-9.]+ ms, "
                       "p50/p95/p99 = [0-9.]+/[0-9.]+/[0-9.]+ ms, jitter = [0-9.]+ ms\n"));
}

TEST_CASE("IPv6 hosts are pinged the same way", "[icmppinger][extra][own]")
{
    if (!can_ping()) return;
    const Outcome outcome = icmppinger({"-c2", "-i0.01", "::1"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, StartsWith("PING ::1 (::1) 56(104) bytes of data.\n"
                                       "64 bytes from ::1: icmp_seq=1 ttl=64 time="));
    CHECK_THAT(outcome.out, Contains("2 packets transmitted, 2 received, 0% packet loss"));
}

TEST_CASE("Packets of every size are answered, up to the largest possible",
          "[icmppinger][extra][own]")
{
    if (!can_ping()) return;
    for (const char* loopback : {"127.0.0.1", "::1"})
        for (const char* size : {"0", "1", "7", "8", "9", "1472", "1473", "65507"}) {
            CAPTURE(loopback, size);
            const Outcome outcome = icmppinger({"-c2", "-i0.01", "-s", size, loopback});
            CHECK(outcome.status == 0);
            CHECK_THAT(outcome.out, Contains("2 received, 0% packet loss"));
            CHECK_THAT(outcome.out, Contains(std::to_string(std::stoi(size) + 8) + " bytes from"));
        }
}

TEST_CASE("Several hosts end with a table of one line per host", "[icmppinger][extra][own]")
{
    if (!can_ping()) return;
    const Outcome outcome =
        icmppinger({"-q", "-c2", "-i0.02", "127.0.0.1", "127.0.0.2", "::1", "127.0.0.1"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, StartsWith("PING 4 hosts: 56 bytes of data each.\n"));
    CHECK_THAT(outcome.out, Contains("\n127.0.0.1         2         2         0        0%") &&
                                Contains("\n127.0.0.2         2         2         0        0%") &&
                                Contains("\n::1               2         2         0        0%") &&
                                Contains("--- ping statistics: 4 hosts, 4 answered, time"));
}

TEST_CASE("A host that is named twice gets all its answers, also without data",
          "[icmppinger][robust][own]")
{
    if (!can_ping()) return;
    const Outcome outcome = icmppinger({"-q", "-s0", "-c3", "-i0.02", "127.0.0.1", "127.0.0.1"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Matches("[^]*(\n127.0.0.1 +3 +3 +0 +0% [^\n]*){2}\n"));
}

TEST_CASE("An IPv4-mapped IPv6 address is pinged over IPv4", "[icmppinger][robust][own]")
{
    if (!can_ping()) return;
    const Outcome outcome = icmppinger({"-c1", "::ffff:127.0.0.1"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("(127.0.0.1) 56(84) bytes of data"));
}

TEST_CASE("Answers and the deadline are handled during the preload", "[icmppinger][robust][own]")
{
    if (!can_ping() || ::getuid() != 0) return;
    const Outcome outcome = icmppinger({"-q", "-l30000", "-c30000", "127.0.0.1"});
    CHECK_THAT(outcome.out, Contains("30000 packets transmitted, 30000 received, 0% packet loss"));
    const auto start = std::chrono::steady_clock::now();
    icmppinger({"-q", "-l65536", "-s65507", "-w0.2", "127.0.0.1", "127.0.0.2", "127.0.0.3"});
    CHECK(std::chrono::steady_clock::now() - start < 2s);
}

TEST_CASE("The largest count does not overflow", "[icmppinger][robust][own]")
{
    if (!can_ping()) return;
    const Outcome outcome =
        icmppinger({"-w0.2", "-c9223372036854775808", "127.0.0.1", "127.0.0.2"});
    CHECK_THAT(outcome.out, Contains("2 answered"));
}

TEST_CASE("Hosts can be read from standard input", "[icmppinger][extra][own]")
{
    if (!can_ping()) return;
    const Outcome outcome = grade::run(
        "sh",
        {"-c", "printf '\\357\\273\\277127.0.0.1 127.0.0.2 # two\\n\\n#\\n127.0.0.3\\t\\r\\n' | " +
                   grade::command_of("ICMPPINGER") + " -q -c1 -"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, StartsWith("PING 3 hosts:"));
    const Outcome none =
        grade::run("sh", {"-c", grade::command_of("ICMPPINGER") + " - </dev/null"});
    CHECK(none.status == 2);
    CHECK(none.err == "icmppinger: no host on standard input\n");
}

TEST_CASE("An unknown host does not stop the others", "[icmppinger][extra][own]")
{
    if (!can_ping()) return;
    const Outcome outcome = icmppinger({"-q", "-c1", "127.0.0.1", "no such host"});
    CHECK(outcome.status == 2);
    CHECK_THAT(outcome.out, Contains("1 host, 1 answered") || Contains("1 received"));
    CHECK_THAT(outcome.err, StartsWith("icmppinger: look up no such host: "));
}

TEST_CASE("The output is one JSON object and nothing else", "[icmppinger][extra][own]")
{
    if (!can_ping()) return;
    const Outcome one = icmppinger({"--json", "-c2", "-i0.01", "127.0.0.1"});
    CHECK_THAT(one.out,
               Matches("\\{\"host\":\"127.0.0.1\",\"address\":\"127.0.0.1\",\"transmitted\":2,"
                       "\"received\":2,.*\"rtt_ms\":\\{\"min\":[0-9.]+,.*\\}\\}\n"));
    const Outcome two = icmppinger({"--json", "-c1", "127.0.0.1", "::1"});
    CHECK_THAT(two.out, Matches("\\{\"hosts\":\\[\\{.*\\},\\{.*\"address\":\"::1\".*\\}\\]\\}\n"));
    const Outcome missing = icmppinger({"--json", "-c1", "no such host", "127.0.0.1"});
    CHECK(missing.status == 2);
    CHECK_THAT(missing.out,
               Matches("\\{\"hosts\":\\[\\{\"host\":\"no such host\",\"address\":null\\},"
                       "\\{\"host\":\"127.0.0.1\",.*\\}\\]\\}\n"));
}

TEST_CASE("A timestamp reply is shown with the offset of the clocks", "[icmppinger][extra][own]")
{
    if (!can_ping() || ::getuid() != 0) return;
    const Outcome outcome = icmppinger({"--query=timestamp", "-c1", "127.0.0.1"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out,
               Contains("20 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=") &&
                   Matches("[^]* originate=[0-9:.]{12} receive=[0-9:.]{12} transmit=[0-9:.]{12} "
                           "offset=[-+]?[0-9.]+ ms\n[^]*"));
}

TEST_CASE("SIGQUIT prints the status, SIGINT ends the run with its figures",
          "[icmppinger][extra][own]")
{
    if (!can_ping()) return;
    Process pinger(grade::command_of("ICMPPINGER"), {"-i", "0.01", "127.0.0.1"}, "/");
    const auto soon = net::Deadline::in(10s);
    while (pinger.out().find("icmp_seq=3 ") == std::string::npos)
        REQUIRE_FALSE(soon.passed());
    pinger.signal(SIGQUIT);
    while (pinger.err().find("0% packet loss, min/avg/max") == std::string::npos)
        REQUIRE_FALSE(soon.passed());
    pinger.signal(SIGINT);
    const auto outcome = pinger.wait(soon);
    REQUIRE(outcome);
    CHECK(outcome->status == 0);
    CHECK_THAT(outcome->out, Contains("0% packet loss"));
}

TEST_CASE("A flood on loopback loses nothing", "[icmppinger][extra][own]")
{
    if (!can_ping()) return;
    const Outcome outcome = icmppinger({"-q", "-f", "-c5000", "127.0.0.1"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("5000 packets transmitted, 5000 received, 0% packet loss"));
}

TEST_CASE("More than 65,536 pings are each answered once", "[icmppinger][robust][own]")
{
    if (!can_ping()) return;
    const Outcome outcome = icmppinger({"-q", "-f", "-c70000", "127.0.0.1"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("70000 packets transmitted, 70000 received, 0% packet loss"));
}

TEST_CASE("An invalid command line gives one line and exit status 2", "[icmppinger][robust][own]")
{
    struct Row {
        std::vector<std::string> arguments;
        const char* message;
    };
    const Row rows[] = {
        {{}, "HOST is missing (try icmppinger --help)"},
        {{"-c", "x", "::1"}, "--count 'x' is not a whole number from 0 up"},
        {{"-c", "-1", "::1"}, "--count '-1' is not a whole number"},
        {{"-i", "0", "::1"}, "--interval '0' is not a number of seconds"},
        {{"-i", "nan", "::1"}, "--interval 'nan' is not a number of seconds"},
        {{"-W", "-1", "::1"}, "--timeout '-1' is not a number of seconds"},
        {{"-s", "65508", "::1"}, "--size '65508' is not a whole number from 0 to 65507"},
        {{"-t", "0", "::1"}, "--ttl '0' is not a whole number from 1 to 255"},
        {{"-t", "256", "::1"}, "--ttl '256' is not a whole number from 1 to 255"},
        {{"-Q", "", "::1"}, "--tos '' is not a number from 0 to 255"},
        {{"-p", "", "::1"}, "--pattern needs hexadecimal digits"},
        {{"-I", "", "::1"}, "--interface needs a name"},
        {{"-w", "2e9", "::1"}, "is not a number of seconds from 0.000001 to 1000000000"},
        {{"-6", "::ffff:127.0.0.1"}, "look up ::ffff:127.0.0.1: no IPv6 address"},
        {{"-Q", "256", "::1"}, "--tos '256' is not a number from 0 to 255"},
        {{"-Q", "0x1ff", "::1"}, "--tos '0x1ff' is not a number from 0 to 255"},
        {{"-p", "xy", "::1"}, "--pattern 'xy' is not a hexadecimal number"},
        {{"-p", std::string(34, '0'), "::1"}, "--pattern takes 16 bytes at most"},
        {{"-M", "maybe", "::1"}, "--pmtudisc 'maybe' is not one of do, want, dont"},
        {{"-I", "no-such-0", "::1"}, "--interface 'no-such-0' is neither an interface nor"},
        {{"-l", "0", "::1"}, "--preload '0' is not a whole number from 1 to 65536"},
        {{"-4", "-6", "::1"}, "--ipv4 and --ipv6 exclude each other"},
        {{"-4", "::1"}, "look up ::1: no IPv4 address"},
        {{"-6", "127.0.0.1"}, "look up 127.0.0.1: no IPv6 address"},
        {{"-6", "-R", "::1"}, "--query and --record-route need IPv4"},
        {{"--query=age", "127.0.0.1"}, "--query 'age' is not one of timestamp, mask, info"},
        {{"--max-loss", "101", "::1"}, "--max-loss '101' is not a number from 0 to 100"},
        {{"--trace", "--mtu", "::1"}, "--trace and --mtu exclude each other"},
        {{"--trace", "-q", "::1"}, "--trace and --quiet exclude each other"},
        {{"--trace", "::1", "127.0.0.1"}, "--trace and --mtu take one host"},
        {{"--no-such-option"}, "unknown option --no-such-option"},
        {{"a\x1b[31mb"}, "'a\\x1b[31mb' is not a host name"},
        {{""}, "'' is not a host name"},
        {{"fe80::1"}, "(add the interface: fe80::1%eth0)"},
        {{"255.255.255.255"}, "find a route to 255.255.255.255: "},
    };
    for (const Row& row : rows) {
        CAPTURE(row.message);
        const Outcome outcome = icmppinger(row.arguments);
        CHECK(outcome.status == 2);
        CHECK(outcome.out.empty());
        CHECK_THAT(outcome.err, StartsWith("icmppinger: ") && Contains(row.message));
        CHECK(std::ranges::count(outcome.err, '\n') == 1);
    }
}

TEST_CASE("A full disk is reported as an error", "[icmppinger][robust][own]")
{
    if (!can_ping()) return;
    const Outcome outcome =
        grade::run("sh", {"-c", grade::command_of("ICMPPINGER") + " -c1 127.0.0.1 >/dev/full"});
    CHECK(outcome.status == 2);
    CHECK(outcome.err == "icmppinger: write to standard output: No space left on device\n");
}

TEST_CASE("Each packet is drawn on standard error", "[icmppinger][extra][own]")
{
    if (!can_ping()) return;
    const Outcome outcome = icmppinger({"--explain", "-c1", "127.0.0.1"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.err, StartsWith("sent to 127.0.0.1\n  ICMP, 64 bytes: Echo (RFC 792):\n") &&
                                Contains("| Type 8        | Code 0        | Checksum 0x") &&
                                Contains("received from 127.0.0.1\n") &&
                                Contains("| Type 0        | Code 0        | Checksum 0x"));
    CHECK_THAT(outcome.out, !Contains("Checksum"));
    const Outcome ipv6 = icmppinger({"--explain", "-c1", "::1"});
    CHECK_THAT(ipv6.err, Contains("ICMPv6, 64 bytes: Echo Request (RFC 4443)") &&
                             Contains("| Type 129      | Code 0        |"));
}

TEST_CASE("On a terminal --chart draws the run, with NO_COLOR without colour",
          "[icmppinger][extra][own]")
{
    if (!can_ping() || !grade::can_have_terminal()) return;
    const std::string command = grade::command_of("ICMPPINGER") + " --chart -c3 -i0.01 127.0.0.1";
    const Outcome coloured = grade::run("script", {"-qec", command, "/dev/null"});
    CHECK_THAT(coloured.out, Contains("RTT below") && Contains("\x1b[32m") &&
                                 Contains("3 packets transmitted, 3 received"));
    const Outcome plain = grade::run("env NO_COLOR=1 script", {"-qec", command, "/dev/null"});
    CHECK_THAT(plain.out, Contains("RTT below") && !Contains("\x1b[32m"));
    const Outcome piped = grade::run(command, {});
    CHECK_THAT(piped.out, Contains("icmp_seq=3 ") && !Contains("\x1b"));
}

TEST_CASE("On a terminal the answers of a flood delete its dots", "[icmppinger][extra][own]")
{
    if (!can_ping() || !grade::can_have_terminal()) return;
    const std::string command = grade::command_of("ICMPPINGER") + " -f -c3 127.0.0.1";
    const Outcome outcome = grade::run("script", {"-qec", command, "/dev/null"});
    CHECK_THAT(outcome.out, Contains("...\b \b\b \b\b \b"));
}
