// The lab's UDP pinger with scripted servers: those of the Python and Java labs, and hostile ones.
#include "catch.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <regex>
#include <sstream>
#include <thread>

#include "common/text/ascii.h"
#include "tests/grade/peers/command.h"
#include "tests/grade/peers/udp.h"

using grade::EchoServer;
using grade::Outcome;
using grade::Process;
using grade::ScriptedServer;
using grade::UdpPeer;
using namespace std::chrono_literals;

namespace {

std::string in_capitals(std::string text)
{
    std::ranges::transform(text, text.begin(), net::to_upper);
    return text;
}

/// The Python lab's server, without its losses.
void python_lab(UdpPeer& peer, const std::string& datagram)
{
    peer.answer(in_capitals(datagram.substr(0, 1024)));
}

/// The Java lab's server, which returns its whole buffer unchanged.
void java_lab(UdpPeer& peer, const std::string& datagram)
{
    std::string buffer = datagram.substr(0, 1024);
    buffer.resize(1024);
    peer.answer(buffer);
}

// Constants, for the servers' threads match them: making an expression changes tables of the
// library's locale without a lock.
const std::regex ping_line("^Ping ([0-9]+) [0-9]+\\.[0-9]+");
const std::regex lab_ping_line("^Ping[ #]*([0-9]+)[^0-9].*[0-9]", // with the time in any format
                               std::regex::icase);

/// The number of the ping in a datagram; 0 if it does not have the form.
int number_of(const std::string& datagram)
{
    std::smatch match;
    return std::regex_search(datagram, match, ping_line) ? std::stoi(match[1]) : 0;
}

/// Tells the pings of any lab solution apart: the sheets number them from 1, or from 0.
class LabPings {
public:
    /// 1 for the first ping, and so on; 0 for what is no ping.
    int place_of(const std::string& datagram)
    {
        std::smatch match;
        if (!std::regex_search(datagram, match, lab_ping_line)) return 0;
        const int number = std::stoi(match[1]);
        if (!first_) first_ = number;
        return number - *first_ + 1;
    }

private:
    std::optional<int> first_;
};

std::vector<std::string> arguments_for(std::uint16_t port, std::vector<std::string> more = {})
{
    std::vector<std::string> arguments{"127.0.0.1", std::to_string(port)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

Outcome udppinger(const std::vector<std::string>& arguments)
{
    return grade::run(grade::command_of("UDPPINGER"), arguments);
}

Outcome ping(std::uint16_t port, const std::vector<std::string>& more = {})
{
    return udppinger(arguments_for(port, more));
}

/// Runs the pinger with short intervals and time-outs.
Outcome ping_fast(std::uint16_t port, std::vector<std::string> more = {})
{
    more.insert(more.begin(), {"-i", "0.02", "-W", "0.3"});
    return ping(port, more);
}

/// The pinger with the arguments of the assignment: host and port.
std::string lab_command(std::uint16_t port)
{
    return grade::command_of("UDPPINGER", {{"host", "127.0.0.1"}, {"port", std::to_string(port)}});
}

/// Matches common texts for a missing answer, and for a summary of them.
constexpr const char* loss =
    "timed? ?-?out|no (answer|reply|response)|lost|loss|not (received|answered)|dropped|failed";

int lines_with(const std::string& text, const char* pattern)
{
    const std::regex expression(pattern, std::regex::icase);
    std::istringstream lines(text);
    int found = 0;
    for (std::string line; std::getline(lines, line);)
        if (std::regex_search(line, expression)) ++found;
    return found;
}

std::uint16_t built_in_port()
{
    return grade::built_in_port("UDPPINGER");
}

/// Programs of others may have another address of the server built in.
const std::string every_address;

/// Runs the pinger as in the assignment; the server answers all pings but the one at `place`.
Outcome run_lab_without(int place)
{
    const ScriptedServer server(
        [place, pings = LabPings()](UdpPeer& peer, const std::string& datagram) mutable {
            if (pings.place_of(datagram) != place) peer.answer(in_capitals(datagram));
        },
        every_address, built_in_port());
    return grade::run(lab_command(server.port()), {});
}

std::ptrdiff_t count(const std::string& text, const std::string& part)
{
    std::ptrdiff_t times = 0;
    for (auto place = text.find(part); place != std::string::npos;
         place = text.find(part, place + 1))
        ++times;
    return times;
}

} // namespace

TEST_CASE("Ten pings are sent, numbered, with their time", "[udppinger][lab]")
{
    UdpPeer server(every_address, built_in_port());
    Process pinger(lab_command(server.port()), {}, "/");
    std::vector<std::chrono::steady_clock::time_point> times;
    LabPings pings;
    for (int number = 1; number <= 10; ++number) {
        const auto datagram = server.receive(8s);
        REQUIRE(datagram);
        times.push_back(std::chrono::steady_clock::now());
        CAPTURE(*datagram);
        CHECK(pings.place_of(*datagram) == number);
        server.answer(in_capitals(*datagram));
    }
    CHECK(times.back() - times.front() < 30s);
    CHECK(pinger.wait(net::Deadline::in(5s)));
    CHECK_FALSE(server.receive(10ms)); // no eleventh ping
}

TEST_CASE("A ping without an answer does not stop the next", "[udppinger][lab]")
{
    std::atomic<int> last = 0;
    const ScriptedServer server(
        [&last, pings = LabPings()](UdpPeer& peer, const std::string& datagram) mutable {
            last = pings.place_of(datagram);
            if (last != 2) peer.answer(in_capitals(datagram));
        },
        every_address, built_in_port());
    grade::run(lab_command(server.port()), {});
    CHECK(last == 10);
}

TEST_CASE("A lost ping, and only that one, is reported as lost", "[udppinger][lab]")
{
    const Outcome with_loss = run_lab_without(4);
    const Outcome without = run_lab_without(0);
    CAPTURE(with_loss.out, without.out);
    CHECK(lines_with(with_loss.out, loss) == lines_with(without.out, loss) + 1);
}

TEST_CASE("Each answer is printed with its round-trip time", "[udppinger][lab]")
{
    const Outcome outcome = run_lab_without(0);
    CAPTURE(outcome.out);
    CHECK(lines_with(outcome.out, "[0-9]\\.[0-9]|[0-9] ?(ms|us|s\\b|m?sec|milli)|"
                                  "(rtt|delay|time)[^0-9]*[0-9]") >= 10);
}

TEST_CASE("The end shows the loss in percent and the shortest, mean and longest time",
          "[udppinger][extra]")
{
    const ScriptedServer server(
        [pings = LabPings()](UdpPeer& peer, const std::string& datagram) mutable {
            if (pings.place_of(datagram) % 5 != 0) python_lab(peer, datagram); // two of ten
        },
        every_address, built_in_port());
    const Outcome outcome = grade::run(lab_command(server.port()), {});
    CHECK_THAT(outcome.out, Matches("[^]*\\b20(\\.0+)? ?%[^]*"));
    for (const char* word : {"min", "avg|average|mean", "max"})
        CHECK(std::regex_search(outcome.out, std::regex(word, std::regex::icase)));
}

TEST_CASE("A repeated old answer is not taken for that of the next ping", "[udppinger][robust]")
{
    const ScriptedServer server(
        [old = std::string(), pings = LabPings()](UdpPeer& peer,
                                                  const std::string& datagram) mutable {
            if (pings.place_of(datagram) != 4) old = in_capitals(datagram);
            peer.answer(old); // the third's answer, sent again to the fourth
        },
        every_address, built_in_port());
    const Outcome repeated = grade::run(lab_command(server.port()), {});
    const Outcome without = run_lab_without(0);
    CAPTURE(repeated.out, without.out);
    CHECK(lines_with(repeated.out, loss) == lines_with(without.out, loss) + 1);
}

TEST_CASE("Each answer and each loss has a line, and the totals are right", "[udppinger][lab][own]")
{
    const ScriptedServer server([](UdpPeer& peer, const std::string& datagram) {
        if (number_of(datagram) % 3 != 0) python_lab(peer, datagram);
    });
    const Outcome outcome = ping_fast(server.port());
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    for (const int number : {1, 2, 4, 5, 7, 8, 10})
        CHECK_THAT(outcome.out,
                   Contains("bytes from 127.0.0.1: seq=" + std::to_string(number) + " time="));
    for (const int number : {3, 6, 9})
        CHECK_THAT(outcome.out, Contains("no answer for seq=" + std::to_string(number) + "\n"));
    CHECK_THAT(outcome.out,
               Matches("[^]*\n10 packets transmitted, 7 received, 30% packet loss, time [0-9]+ms\n"
                       "rtt min/avg/max/mdev = [0-9.]+/[0-9.]+/[0-9.]+/[0-9.]+ ms, "
                       "p50/p95/p99 = [0-9.]+/[0-9.]+/[0-9.]+ ms, jitter = [0-9.]+ ms\n"));
}

TEST_CASE("A server's line end or small buffer does not make a loss; what is cut is shown",
          "[udppinger][extra][own]")
{
    const ScriptedServer server([](UdpPeer& peer, const std::string& datagram) {
        switch (number_of(datagram)) {
        case 1: return peer.answer(datagram + "\r\n");
        case 2: return peer.answer(in_capitals(datagram.substr(0, 20)));
        case 3: return peer.answer(datagram.substr(0, 6) + std::string(30, '\0'));
        default: return peer.answer(datagram.substr(0, 5)); // without a number
        }
    });
    const Outcome outcome = ping_fast(server.port(), {"-c", "4"});
    CHECK_THAT(outcome.out, Contains("26 bytes from 127.0.0.1: seq=1 time=") &&
                                Contains(" (cut to 20 bytes)\n") &&
                                Contains("36 bytes from 127.0.0.1: seq=3 time=") &&
                                Contains(" (cut to 6 bytes)\n") &&
                                Contains("answers no ping of ours: \"Ping \"") &&
                                Contains("3 received, 1 foreign, 25% packet loss (2 cut)"));
    CHECK_THAT(ping_fast(server.port(), {"-c", "4", "--json"}).out, Contains("\"cut\":2,"));
}

TEST_CASE("An answer from another address is shown, but does not count", "[udppinger][robust][own]")
{
    UdpPeer other("127.0.0.2");
    const ScriptedServer server([&other](UdpPeer& peer, const std::string& datagram) {
        other.send(in_capitals(datagram), peer.last());
        other.send("something else", peer.last());
    });
    const Outcome outcome = ping_fast(server.port(), {"-c", "1"});
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.out, Contains("24 bytes from 127.0.0.2:" + std::to_string(other.port()) +
                                     ": seq=1 from another address than pinged\n") &&
                                Contains("0 received, 1 foreign, 100% packet loss"));
}

TEST_CASE("HOST:PORT names the server, as do mapped addresses", "[udppinger][extra][own]")
{
    const ScriptedServer server(python_lab);
    const std::string port = std::to_string(server.port());
    for (const std::vector<std::string>& names : {std::vector<std::string>{"127.0.0.1:" + port},
                                                  {"[::ffff:127.0.0.1]:" + port},
                                                  {"::ffff:127.0.0.1", port},
                                                  {"-4", "::ffff:127.0.0.1", port}}) {
        CAPTURE(names);
        std::vector<std::string> arguments{"-c1", "-W1"};
        arguments.insert(arguments.end(), names.begin(), names.end());
        const Outcome outcome = udppinger(arguments);
        CHECK(outcome.status == 0);
        CHECK_THAT(outcome.out, Contains("(127.0.0.1) port " + port));
    }
    for (const auto& [arguments, reason] :
         {std::pair<std::vector<std::string>, std::string>{{"127.0.0.1:0"}, "PORT '0' is not"},
          {{"localhost:x"}, "PORT 'x' is not"},
          {{"[::1]:70000"}, "PORT '70000' is not"},
          {{"127.0.0.1:7", "8"}, "the port is given twice: 7 and 8"},
          {{"-s65508", "127.0.0.1"}, "--size 65508: a datagram over IPv4 has at most 65507"},
          {{"-s65528", "::1"}, "is not a whole number from 0 to 65527"},
          {{"fe80::1"}, "(add the interface: fe80::1%eth0)"}}) {
        const Outcome outcome = udppinger(arguments);
        CHECK(outcome.status == 2);
        CHECK_THAT(outcome.err, StartsWith("udppinger: ") && Contains(reason));
    }
}

TEST_CASE("The Java lab's padded and cut answers count", "[udppinger][lab][own]")
{
    const ScriptedServer server(java_lab);
    for (const char* size : {"0", "1000", "1024", "1025", "5000"}) {
        CAPTURE(size);
        CHECK_THAT(ping_fast(server.port(), {"-c2", "-s", size}).out,
                   Contains("2 received, 0% packet loss"));
    }
}

TEST_CASE("The counts of our server and our pinger agree", "[udppinger][udpechoserver][extra][own]")
{
    EchoServer server({"--loss=30", "--seed=42"});
    const Outcome outcome = ping_fast(server.port(), {"-c40"});
    CHECK_THAT(outcome.out, Contains("40 packets transmitted, 26 received, 35% packet loss"));
    CHECK_THAT(outcome.out, Contains("no answer for seq=4\n"));
    server.process().signal(SIGINT);
    CHECK_THAT(server.process().wait(net::Deadline::in(5s))->out,
               Contains("1 client: 40 received, 26 answered, 14 lost on purpose"));
}

TEST_CASE("Both address families and a name work", "[udppinger][extra][own]")
{
    const EchoServer server({"--loss=0"});
    const std::string port = std::to_string(server.port());
    CHECK_THAT(udppinger({"::1", port, "-c1"}).out, Contains("bytes from ::1: seq=1 time="));
    CHECK_THAT(udppinger({"[::1]", port, "-c1"}).out, Contains("1 received"));
    CHECK_THAT(udppinger({"localhost", port, "-c1", "-4"}).out, Contains("from 127.0.0.1: seq=1"));
    const Outcome none = udppinger({"127.0.0.1", port, "-c1", "-6"});
    CHECK(none.status == 2);
    CHECK(none.err == "udppinger: look up 127.0.0.1: no IPv6 address\n");
}

TEST_CASE("A late answer is shown as late and not taken for that of the next ping",
          "[udppinger][robust][own]")
{
    std::string first;
    std::chrono::steady_clock::time_point late; // when its answer is due
    const ScriptedServer server([&](UdpPeer& peer, const std::string& datagram) {
        if (number_of(datagram) == 1) {
            first = datagram;
            late = std::chrono::steady_clock::now() + 401ms;
            return;
        }
        peer.answer(in_capitals(datagram));
        if (number_of(datagram) != 5) return;
        std::this_thread::sleep_until(late);
        peer.answer(in_capitals(first));
    });
    const Outcome outcome = ping(server.port(), {"-c6", "-i0.1", "-W0.25"});
    CHECK_THAT(outcome.out, Contains("no answer for seq=1\n"));
    CHECK_THAT(outcome.out, Matches("[^]*seq=1 time=4[0-9][0-9]\\.[0-9]+ ms \\(late: it counts "
                                    "as lost\\) \\(out of order\\)\n[^]*"));
    CHECK_THAT(outcome.out,
               Contains("6 packets transmitted, 5 received, 1 late, 1 out of order, 16.67% packet "
                        "loss"));
}

TEST_CASE("Duplicate, foreign and damaged answers are shown as such and count once",
          "[udppinger][robust][own]")
{
    const ScriptedServer server([](UdpPeer& peer, const std::string& datagram) {
        switch (number_of(datagram)) {
        case 1:
            peer.answer(in_capitals(datagram));
            peer.answer(in_capitals(datagram));
            break;
        case 2: peer.answer("QING" + datagram.substr(4)); break;
        case 3: peer.answer("PING 77 1.000000"); break;
        case 4: peer.answer(""); break;
        case 5: peer.answer("\x1b]0;owned\x07"); break;
        default: peer.answer(in_capitals(datagram) + "!");
        }
    });
    const Outcome outcome = ping_fast(server.port(), {"-c6"});
    CHECK_THAT(outcome.out, Contains(" ms (DUP!)\n"));
    CHECK_THAT(outcome.out, Contains("seq=2 corrupt: \"QING 2 "));
    CHECK_THAT(outcome.out, Contains("answers no ping of ours: \"PING 77 1.000000\""));
    CHECK_THAT(outcome.out, Contains("0 bytes from 127.0.0.1: answers no ping of ours: \"\""));
    CHECK_THAT(outcome.out, Contains(R"("\x1b]0;owned\x07")"));
    CHECK_THAT(outcome.out, Contains("seq=6 corrupt"));
    CHECK_THAT(outcome.out, Contains("6 packets transmitted, 1 received, +1 duplicates, +2 "
                                     "corrupted, 3 foreign, 83.33% packet loss"));
}

TEST_CASE("Answers in another order are matched to their pings", "[udppinger][robust][own]")
{
    std::vector<std::string> waiting;
    const ScriptedServer server([&](UdpPeer& peer, const std::string& datagram) {
        waiting.push_back(in_capitals(datagram));
        if (waiting.size() < 5) return;
        for (; !waiting.empty(); waiting.pop_back())
            peer.answer(waiting.back());
    });
    const Outcome outcome = ping_fast(server.port(), {"-c5"});
    CHECK(count(outcome.out, "(out of order)") == 4);
    CHECK_THAT(outcome.out, Contains("5 received, 4 out of order, 0% packet loss"));
}

TEST_CASE("A silent server is reported at once, with exit status 1", "[udppinger][robust][own]")
{
    UdpPeer silent;
    const Outcome outcome = ping_fast(silent.port(), {"-c3"});
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.out, Contains("3 packets transmitted, 0 received, 100% packet loss"));
    CHECK(outcome.out.find("nan") == std::string::npos);
    CHECK(outcome.out.find("rtt") == std::string::npos);
}

TEST_CASE("A closed port is reported by its ICMP error, not as a time-out",
          "[udppinger][robust][own]")
{
    const Outcome outcome = ping_fast(grade::free_udp_port(), {"-c3", "-W9"});
    CHECK(outcome.status == 1);
    for (const int number : {1, 2, 3})
        CHECK_THAT(outcome.out, Contains("From 127.0.0.1 seq=" + std::to_string(number) +
                                         " Destination Port Unreachable: no program listens there, "
                                         "or a firewall refuses (RFC 792)\n"));
    CHECK_THAT(outcome.out,
               Contains("3 packets transmitted, 0 received, +3 errors, 100% packet loss"));
}

TEST_CASE("A server that starts later is found", "[udppinger][robust][own]")
{
    const std::uint16_t port = grade::free_udp_port();
    Process pinger(grade::command_of("UDPPINGER"), arguments_for(port, {"-c0", "-i0.02", "-W0.3"}),
                   "/");
    const auto deadline = net::Deadline::in(10s);
    const auto wait_for = [&](const std::string& text) {
        while (pinger.out().find(text) == std::string::npos && !deadline.passed())
            pinger.wait(net::Deadline::in(5ms));
    };
    wait_for("Unreachable");
    const EchoServer server = [port] { return EchoServer({"--loss=0"}, port); }();
    wait_for("time=");
    pinger.signal(SIGINT);
    const auto outcome = pinger.wait(net::Deadline::in(5s));
    REQUIRE(outcome);
    CHECK(outcome->status == 0);
}

TEST_CASE("Ctrl-C prints the summary; a ping in flight is neither received nor lost",
          "[udppinger][extra][own]")
{
    const ScriptedServer server([](UdpPeer& peer, const std::string& datagram) {
        if (number_of(datagram) <= 2) python_lab(peer, datagram);
    });
    Process pinger(grade::command_of("UDPPINGER"),
                   arguments_for(server.port(), {"-i0.05", "-W60", "-c3"}), "/");
    const auto deadline = net::Deadline::in(10s);
    while (pinger.out().find('\n') == std::string::npos && !deadline.passed())
        pinger.wait(net::Deadline::in(5ms)); // by now it handles signals
    std::string status;
    while (status.find("3 packets") == std::string::npos &&
           status.find("2/3 packets, 1 in flight") == std::string::npos && !deadline.passed()) {
        pinger.signal(SIGQUIT);
        pinger.wait(net::Deadline::in(20ms));
        status = pinger.err();
    }
    pinger.signal(SIGINT);
    const auto outcome = pinger.wait(net::Deadline::in(5s));
    REQUIRE(outcome);
    CHECK(outcome->status == 0);
    CHECK_THAT(outcome->err, Contains("2/3 packets, 1 in flight, 0% packet loss, min/avg/max = "));
    CHECK_THAT(outcome->out, Contains("3 packets transmitted, 2 received, 1 still in flight, 0% "
                                      "packet loss"));
}

TEST_CASE("One lost ping of four hundred is 0.25 percent", "[udppinger][extra][own]")
{
    const ScriptedServer server([](UdpPeer& peer, const std::string& datagram) {
        if (number_of(datagram) != 200) python_lab(peer, datagram);
    });
    const Outcome outcome = ping(server.port(), {"-c400", "-i0.001", "-W5", "-q"});
    CHECK_THAT(outcome.out,
               Contains("400 packets transmitted, 399 received, 0.25% packet loss, time"));
    CHECK(count(outcome.out, "\n") == 5);
}

TEST_CASE("Pings keep their schedule although answers are slow", "[udppinger][extra][own]")
{
    const EchoServer server({"--loss=0", "--delay=200", "--quiet"});
    const Outcome outcome = ping(server.port(), {"-c50", "-i0.01", "-q"});
    std::smatch match;
    REQUIRE(std::regex_search(outcome.out, match, std::regex("50 received.* time ([0-9]+)ms")));
    const int time = std::stoi(match[1]); // 49 intervals and one answer
    CHECK(time >= 690);
    CHECK(time < 5000); // one by one they would take ten seconds
}

TEST_CASE("Losses by --loss are marked and repeated by their seed", "[udppinger][extra][own]")
{
    std::atomic<int> arrived = 0;
    const ScriptedServer server([&](UdpPeer& peer, const std::string& datagram) {
        ++arrived;
        python_lab(peer, datagram);
    });
    const std::vector<std::string> arguments = {"-c40", "--loss=30", "--seed=42"};
    const Outcome first = ping_fast(server.port(), arguments);
    CHECK_THAT(first.out, Contains("dropping 30% on purpose (seed 42)"));
    CHECK_THAT(first.out, Contains("no answer for seq=4 (dropped here on purpose)\n"));
    CHECK_THAT(first.out, Contains("40 packets transmitted, 26 received, 35% packet loss (14 "
                                   "dropped on purpose)"));
    CHECK(arrived == 26);
}

TEST_CASE("A deadline ends the run in any case", "[udppinger][extra][own]")
{
    UdpPeer silent;
    const auto start = std::chrono::steady_clock::now();
    const Outcome outcome = ping(silent.port(), {"-w0.3", "-c100", "-i0.05", "--max-loss=50"});
    const auto took = std::chrono::steady_clock::now() - start;
    CHECK(took >= 300ms);
    CHECK(took < 2s);
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.out,
               Contains(" 0 received, 100% packet loss") && Contains("no answer for seq=2\n"));
}

TEST_CASE("At the deadline the pings to a dead server are lost", "[udppinger][robust][own]")
{
    const ScriptedServer server([](UdpPeer& peer, const std::string& datagram) {
        if (number_of(datagram) == 1) python_lab(peer, datagram);
    });
    const Outcome outcome = ping(server.port(), {"-w0.5", "-c4", "-i0.05", "-W9", "--max-loss=50"});
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.out, Contains("4 packets transmitted, 1 received, 75% packet loss"));
}

TEST_CASE("A stalled reader delays neither the deadline nor SIGTERM", "[udppinger][robust][own]")
{
    const EchoServer server({"--loss=0", "--quiet"});
    const std::string arguments = " 127.0.0.1 " + std::to_string(server.port()) + " -i0.0001 -c0";
    const auto stalled = [&](const std::string& more) {
        return grade::run("sh", {"-c", "{ " + grade::command_of("UDPPINGER") + arguments + more +
                                           "; echo ended $? >&2; } | sleep 3"});
    };
    const std::string ended =
        "udppinger: write to standard output: its reader has stalled\nended 2\n";
    CHECK(stalled(" -w 1").err == ended);
    CHECK(stalled(" -w 1 -v -q 2>&1").err == "ended 2\n");
    const Outcome outcome =
        grade::run("sh", {"-c", "{ timeout 1 " + grade::command_of("UDPPINGER") + arguments +
                                    "; echo ended $? >&2; } | sleep 3"});
    CHECK(outcome.err == "ended 124\n"); // the signal itself has ended it
}

TEST_CASE("Too much loss gives exit status 1 when a limit is set", "[udppinger][extra][own]")
{
    const ScriptedServer server([](UdpPeer& peer, const std::string& datagram) {
        if (number_of(datagram) != 2) python_lab(peer, datagram);
    });
    CHECK(ping_fast(server.port(), {"-c4"}).status == 0);
    CHECK(ping_fast(server.port(), {"-c4", "--max-loss=25"}).status == 0);
    CHECK(ping_fast(server.port(), {"-c4", "--max-loss=24.9"}).status == 1);
}

TEST_CASE("With --json the output is one object and nothing else", "[udppinger][extra][own]")
{
    const EchoServer server({"--loss=0"});
    const Outcome outcome = ping_fast(server.port(), {"-c3", "--json", "--chart"});
    CHECK(count(outcome.out, "\n") == 1);
    CHECK_THAT(outcome.out,
               StartsWith("{\"host\":\"127.0.0.1\",\"address\":\"127.0.0.1\",\"port\":") &&
                   Contains("\"transmitted\":3,\"received\":3,\"lost\":0,") &&
                   Contains("\"rtt_ms\":{\"min\":") && EndsWith("}}\n"));
}

TEST_CASE("On a pipe a chart is plain lines without escape sequences", "[udppinger][extra][own]")
{
    const EchoServer server({"--loss=0"});
    const Outcome outcome = ping_fast(server.port(), {"-c2", "--chart"});
    CHECK_THAT(outcome.out, Contains("bytes from 127.0.0.1: seq=2 time="));
    CHECK(outcome.out.find('\x1b') == std::string::npos);
}

TEST_CASE("Each line begins with the time when asked to", "[udppinger][extra][own]")
{
    const EchoServer server({"--loss=0"});
    CHECK_THAT(ping_fast(server.port(), {"-c1", "-D"}).out,
               Matches("PING [^]*\n\\[[0-9]{10,}\\.[0-9]{6}\\] 24 bytes from [^]*"));
}

TEST_CASE("With --explain each datagram is shown with its parts", "[udppinger][extra][own]")
{
    const EchoServer server({"--loss=0"});
    const std::string port = std::to_string(server.port());
    const Outcome outcome = ping_fast(server.port(), {"-c1", "-v", "-s40"});
    CHECK_THAT(outcome.err,
               Contains(" to 127.0.0.1:" + port + ", length 48: header 8, data 40 (RFC 768)"));
    CHECK_THAT(outcome.err, Contains("\"Ping\"") && Contains("\"PING\"") &&
                                Contains("sequence number") && Contains("filling"));
}

TEST_CASE("Heartbeats get no answers, and none is reported as lost", "[udppinger][extra][own]")
{
    UdpPeer server;
    Process pinger(grade::command_of("UDPPINGER"),
                   arguments_for(server.port(), {"--heartbeat", "-c3", "-i0.05"}), "/");
    for (int number = 1; number <= 3; ++number) {
        const auto beat = server.receive();
        REQUIRE(beat);
        CHECK_THAT(*beat, Matches("Heartbeat " + std::to_string(number) + " [0-9]+\\.[0-9]{6}"));
    }
    const auto outcome = pinger.wait(net::Deadline::in(5s));
    REQUIRE(outcome);
    CHECK(outcome->status == 0);
    CHECK_THAT(outcome->out, Contains("3 heartbeats sent, time "));
    CHECK_THAT(ping(server.port(), {"--heartbeat", "-c1", "--json"}).out,
               Contains("\"transmitted\":1,\"errors\":0,") && !Contains("loss"));
}

TEST_CASE("The last heartbeat ends the run at once; a closed port is reported",
          "[udppinger][robust][own]")
{
    const UdpPeer silent;
    const auto start = std::chrono::steady_clock::now();
    CHECK(ping(silent.port(), {"--heartbeat", "-c1", "-W9"}).status == 0);
    CHECK(std::chrono::steady_clock::now() - start < 5s);
    CHECK_THAT(ping(grade::free_udp_port(), {"--heartbeat", "-c1"}).out,
               Contains("From 127.0.0.1 seq=1 Destination Port Unreachable"));
}

TEST_CASE("An invalid UDP command line gives one line and exit status 2",
          "[udppinger][robust][own]")
{
    struct Row {
        std::vector<std::string> arguments;
        std::string reason;
    };
    for (const auto& [arguments, reason] :
         {Row{{"no.such.host.invalid"}, "look up no.such.host.invalid: "},
          {{"127.0.0.1", "0"}, "PORT '0' is not a whole number from 1 to 65535"},
          {{"127.0.0.1", "70000"}, "PORT '70000' is not a whole number from 1 to 65535"},
          {{"-s", "70000"}, "--size '70000' is not a whole number from 0 to 65527"},
          {{"--loss", "101"}, "--loss '101' is not a number from 0 to 100"},
          {{"-i", "0"}, "--interval '0' is not a number of seconds"},
          {{"-i", "x"}, "--interval 'x' is not a number of seconds"},
          {{"-c", "-1"}, "--count '-1' is not a whole number"},
          {{"-W", "0"}, "--timeout '0' is not a number of seconds"},
          {{"-4", "-6"}, "--ipv4 and --ipv6 exclude each other"},
          {{"--nonsense"}, "unknown option --nonsense"},
          {{"a", "1", "b"}, "unexpected argument 'b'"}}) {
        CAPTURE(arguments);
        const Outcome outcome = udppinger(arguments);
        CHECK(outcome.status == 2);
        CHECK(outcome.out.empty());
        CHECK_THAT(outcome.err, StartsWith("udppinger: ") && Contains(reason));
        CHECK(std::ranges::count(outcome.err, '\n') == 1);
    }
}

TEST_CASE("A UDP program whose output cannot be written fails",
          "[udppinger][udpechoserver][robust][own]")
{
    const EchoServer server({"--loss=0"});
    const std::string port = std::to_string(server.port());
    const auto into = [&](const std::string& arguments, const std::string& redirection) {
        return grade::run("sh", {"-c", grade::command_of("UDPPINGER") + " 127.0.0.1 " + port + " " +
                                           arguments + redirection});
    };
    for (const char* arguments : {"-c2 -i0.01", "-c2 -i0.01 -q", "-c2 -i0.01 --json"}) {
        CAPTURE(arguments);
        const Outcome full = into(arguments, " >/dev/full");
        CHECK(full.status == 2);
        CHECK(full.err == "udppinger: write to standard output: No space left on device\n");
        const Outcome closed = into(arguments, " | :");
        CHECK_THAT(into(arguments, " 2>&1 >&-").out, Contains("Bad file descriptor"));
        CHECK_THAT(closed.err, Contains("Broken pipe") || Matches(""));
    }
}
