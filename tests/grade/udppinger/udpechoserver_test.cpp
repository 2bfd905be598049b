// The lab's echo server with a scripted client.
#include "catch.h"

#include <cmath>
#include <csignal>
#include <ctime>
#include <sstream>
#include <thread>

#include "tests/grade/peers/ports.h"
#include "tests/grade/peers/udp.h"

using grade::EchoServer;
using grade::Outcome;
using grade::Process;
using grade::UdpPeer;
using namespace std::chrono_literals;

namespace {

/// The first answer to one of up to `tries` equal requests: a lossy server answers only some.
std::optional<std::string> ask(const EchoServer& server, const std::string& question,
                               int tries = 60)
{
    UdpPeer client;
    for (int i = 0; i < tries; ++i) {
        client.send(question, server.address());
        if (auto reply = client.receive(200ms)) return reply;
    }
    return std::nullopt;
}

/// Which of `count` numbered datagrams were answered, as a string: "..x.".
std::string fates(const EchoServer& server, int count)
{
    UdpPeer client;
    std::string picture(static_cast<std::size_t>(count), 'x');
    int sent = 0;
    const auto take = [&](std::chrono::milliseconds patience) {
        const auto reply = client.receive(patience);
        if (reply) picture.at(std::stoul(*reply)) = '.';
        return reply.has_value();
    };
    while (sent < count) {
        constexpr int window = 50; // at a time, so that no buffer overflows
        for (int i = 0; i < window && sent < count; ++i)
            client.send(std::to_string(sent++), server.address());
        grade::wait_until_read(grade::Transport::udp, server.address().port());
        while (take(2ms)) {
        }
    }
    while (take(300ms)) {
    }
    return picture;
}

/// Ends the server and returns its output.
Outcome end(EchoServer& server)
{
    server.process().signal(SIGINT);
    const auto outcome = server.process().wait(net::Deadline::in(10s));
    REQUIRE(outcome);
    return *outcome;
}

Outcome udpechoserver(const std::vector<std::string>& arguments)
{
    return grade::run(grade::command_of("UDPECHOSERVER"), arguments);
}

} // namespace

TEST_CASE("A ping comes back in capitals", "[udpechoserver][lab]")
{
    const EchoServer server;
    CHECK(ask(server, "Ping 1 1700000000.123456") == "PING 1 1700000000.123456");
}

TEST_CASE("About a third of the pings get no answer, and no more", "[udpechoserver][lab]")
{
    const EchoServer server;
    const std::string picture = fates(server, 400);
    const auto lost = std::ranges::count(picture, 'x');
    CHECK(lost > 40);
    CHECK(lost < 240);
}

TEST_CASE("Several clients are served at the same time", "[udpechoserver][lab]")
{
    const EchoServer server;
    UdpPeer silent;
    silent.send("I say this and no more", server.address());
    REQUIRE(ask(server, "Ping 1 1.0"));
    CHECK(ask(server, "Ping 1 2.0") == "PING 1 2.0");
}

TEST_CASE("The loss is as given, and a seed repeats it", "[udpechoserver][extra][own]")
{
    constexpr int count = 20'000;
    const auto picture = [] {
        const EchoServer server({"--loss=30", "--seed=7", "--quiet"});
        return fates(server, count);
    };
    const std::string first = picture();
    const auto lost = static_cast<double>(std::ranges::count(first, 'x'));
    const double bound = 3.29 * std::sqrt(count * 0.3 * 0.7); // 99.9 % of the binomial distribution
    CHECK(std::abs(lost - count * 0.3) < bound);
    CHECK(picture() == first);
}

TEST_CASE("A seed gives the same losses on every machine", "[udpechoserver][extra][own]")
{
    const EchoServer server({"--loss=30", "--seed=42", "--quiet"});
    CHECK(fates(server, 40) == "...x.x..x.x.......xx.x.xxx...x....x...xx");
}

TEST_CASE("Loss 0 answers all datagrams, loss 100 none", "[udpechoserver][extra][own]")
{
    const EchoServer good({"--loss=0", "--quiet"});
    CHECK(fates(good, 1000) == std::string(1000, '.'));
    const EchoServer bad({"--loss=100", "--quiet"});
    CHECK(fates(bad, 20) == std::string(20, 'x'));
}

TEST_CASE("Datagrams of any size are answered with the same size", "[udpechoserver][extra][own]")
{
    const EchoServer server({"--loss=0", "--verbatim"});
    for (const std::size_t size : {0U, 1U, 1023U, 1024U, 1025U, 1473U, 65507U}) {
        CAPTURE(size);
        const std::string question(size, 'q');
        CHECK(ask(server, question, 3) == question);
    }
}

TEST_CASE("With --verbatim answers are byte for byte; else only ASCII letters change",
          "[udpechoserver][extra][own]")
{
    std::string bytes;
    for (int i = 0; i < 256; ++i)
        bytes += static_cast<char>(i);
    CHECK(ask(EchoServer({"--loss=0", "--verbatim"}), bytes) == bytes);
    std::string capitals = bytes;
    for (int letter = 'a'; letter <= 'z'; ++letter)
        capitals[static_cast<std::size_t>(letter)] = static_cast<char>(letter - 'a' + 'A');
    CHECK(ask(EchoServer({"--loss=0"}), bytes) == capitals);
}

TEST_CASE("Answers come over both families, from the address that the request was sent to",
          "[udpechoserver][extra][own]")
{
    const EchoServer server({"--loss=0"});
    for (const char* host : {"127.0.0.1", "127.0.0.99", "::1"}) {
        CAPTURE(host);
        auto client = net::UdpSocket::connect(server.address(host)); // receives no other answers
        client.send("hello");
        const auto deadline = net::Deadline::in(5s);
        std::string reply;
        while (reply.empty() && !deadline.passed())
            for (const auto& datagram : client.receive())
                reply = datagram.bytes;
        CHECK(reply == "HELLO");
    }
}

TEST_CASE("A delayed answer does not delay other clients", "[udpechoserver][extra][own]")
{
    const EchoServer server({"--loss=0", "--delay=800"});
    UdpPeer one;
    UdpPeer other;
    const auto start = std::chrono::steady_clock::now();
    one.send("one", server.address());
    other.send("other", server.address());
    CHECK(one.receive() == "ONE");
    CHECK(other.receive() == "OTHER");
    const auto took = std::chrono::steady_clock::now() - start;
    CHECK(took >= 800ms);
    CHECK(took < 1500ms);
}

TEST_CASE("Duplicates arrive twice, held answers are overtaken, damage is one byte",
          "[udpechoserver][extra][own]")
{
    UdpPeer client;
    const EchoServer twice({"--loss=0", "--duplicate=100"});
    client.send("a", twice.address());
    CHECK(client.receive() == "A");
    CHECK(client.receive() == "A");
    CHECK_FALSE(client.receive(100ms));

    const EchoServer held({"--loss=0", "--reorder=100"});
    client.send("1", held.address());
    client.send("2", held.address());
    CHECK(client.receive() == "2");
    CHECK(client.receive() == "1");

    const EchoServer damaged({"--loss=0", "--corrupt=100"});
    client.send("PING", damaged.address());
    const auto reply = client.receive();
    REQUIRE(reply);
    int different = 0;
    for (std::size_t i = 0; i < 4; ++i)
        different += reply->at(i) == "PING"[i] ? 0 : 1;
    CHECK(different == 1);
}

TEST_CASE("The server answers neither services nor another echo server",
          "[udpechoserver][robust][own]")
{
    EchoServer server({"--loss=0", "--bind=127.0.0.1"});
    auto same_port = net::UdpSocket::bind(server.port(), "127.0.0.88");
    const net::OutgoingDatagram datagram{"loop", server.address(), same_port.local()};
    same_port.send_each({&datagram, 1}, [](const auto&, const net::Error& e) { throw e; });
    CHECK(ask(server, "still there?") == "STILL THERE?");
    CHECK(same_port.receive().empty());
    CHECK_THAT(end(server).out, Contains("0 answered, 0 lost on purpose, 1 refused"));
}

TEST_CASE("The server does not answer a source port below 1024", "[udpechoserver][robust][own]")
{
    EchoServer server({"--loss=0"});
    std::optional<net::UdpSocket> service;
    for (std::uint16_t port = 1023; port > 900 && !service; --port) {
        try {
            service = net::UdpSocket::bind(port, "127.0.0.1");
        } catch (const net::Error& error) {
            if (error.cause() == EADDRINUSE) continue;
            WARN("skipped: " << error.what());
            return;
        }
    }
    REQUIRE(service);
    const net::OutgoingDatagram datagram{"loop", server.address(), service->local()};
    service->send_each({&datagram, 1}, [](const auto&, const net::Error& e) { throw e; });
    CHECK(ask(server, "still there?"));
    CHECK(service->receive().empty());
}

TEST_CASE("The same bytes come back about 20 times a second, however they come; then after a pause",
          "[udpechoserver][robust][own]")
{
    const bool doubles = GENERATE(false, true);
    EchoServer server({"--loss=0", doubles ? "--duplicate=100" : "--duplicate=0"});
    UdpPeer other; // returns what it gets, as another echo server
    other.send("LOOP", server.address());
    int answers = 0;
    while (answers < 1000 && other.receive(500ms)) {
        ++answers;
        other.send("LOOP", server.address());
    }
    CHECK(answers >= (doubles ? 40 : 20));
    CHECK(answers < (doubles ? 90 : 45));
    other.send("not a loop", server.address());
    for (int copies = doubles ? 2 : 1; copies > 0; --copies)
        CHECK(other.receive() == "NOT A LOOP");
    std::this_thread::sleep_for(1100ms);
    other.send("LOOP", server.address());
    CHECK(other.receive() == "LOOP");
    const std::string log = end(server).out;
    const auto refusal = log.find("perhaps from another echo server");
    CHECK(refusal != std::string::npos);
    CHECK(log.find("perhaps from another echo server", refusal + 1) == std::string::npos);
}

TEST_CASE("The rate limit gives each host a burst of one second, then its rate",
          "[udpechoserver][robust][own]")
{
    const EchoServer server({"--loss=0", "--rate-limit=5"});
    const std::string picture = fates(server, 30);
    CHECK(picture.substr(0, 5) == ".....");
    CHECK(std::ranges::count(picture, '.') <= 7);
    const std::string another_port = fates(server, 30); // has the same limit
    CHECK(std::ranges::count(another_port, '.') < 5);
    UdpPeer other("127.0.0.2");
    other.send("another host", server.address());
    CHECK(other.receive()); // has a limit of its own
}

TEST_CASE("Counters are printed on SIGUSR1 and at the end", "[udpechoserver][extra][own]")
{
    EchoServer server({"--loss=0", "--quiet"});
    UdpPeer client;
    client.send("a", server.address());
    CHECK(client.receive());
    server.process().signal(SIGUSR1);
    const auto deadline = net::Deadline::in(5s);
    while (server.process().out().find("1 client:") == std::string::npos && !deadline.passed())
        server.process().wait(net::Deadline::in(5ms));
    client.send("b", server.address());
    CHECK(client.receive());
    const Outcome outcome = end(server);
    CHECK(outcome.status == 0);
    CHECK_THAT(
        outcome.out,
        Matches("127\\.0\\.0\\.1:[0-9]+: 1 received, 1 answered[^]*1 client: 1 received[^]*"
                "127\\.0\\.0\\.1:[0-9]+: 2 received, 2 answered[^]*1 client: 2 received[^]*"));
}

TEST_CASE("Each datagram has a line that no client can forge", "[udpechoserver][robust][own]")
{
    EchoServer server({"--loss=0"});
    CHECK(ask(server, "\x1b[2J\n9.9.9.9:9: fake"));
    const Outcome outcome = end(server);
    CHECK_THAT(outcome.out, Contains("20 bytes \"\\x1b[2J\\x0a9.9.9.9:9: fake\" answered\n"));
    CHECK_THAT(outcome.err, Matches("answering on \\[::\\]:[0-9]+ \\(loss 0%, seed [0-9]+, Ctrl-C "
                                    "ends\\)\n"));
}

TEST_CASE("With a stalled reader lines are lost but no answers, and SIGTERM still ends the server",
          "[udpechoserver][robust][own]")
{
    const std::string stderr_too = GENERATE(as<std::string>{}, "", " --explain 2>&1");
    CAPTURE(stderr_too);
    const std::uint16_t port = grade::free_udp_port();
    Process server("sh",
                   {"-c", "exec 3>&2; { timeout 3 " + grade::command_of("UDPECHOSERVER") +
                              " --loss=0 " + std::to_string(port) + stderr_too +
                              "; echo ended $? >&3; } | sleep 9"},
                   "/");
    grade::wait_until_open(grade::Transport::udp, port, server);
    UdpPeer client;
    const net::Address address = net::resolve("127.0.0.1", port, SOCK_DGRAM).front();
    int answers = 0; // their lines of a hundred bytes overflow a pipe
    const auto is_answered = [&] {
        client.send("a request that is logged in a line, number " + std::to_string(answers),
                    address);
        return client.receive(1s).has_value();
    };
    while (answers < 2000 && is_answered())
        ++answers;
    CHECK(answers == 2000);
    const auto deadline = net::Deadline::in(8s);
    while (server.err().find("ended") == std::string::npos && !deadline.passed())
        server.wait(net::Deadline::in(5ms));
    CHECK_THAT(server.err(), EndsWith("ended 124\n"));
    if (stderr_too.empty())
        CHECK_THAT(
            server.err(),
            Contains("udpechoserver: the reader of standard output has stalled: lines are lost\n"));
}

TEST_CASE("Heartbeats are reported as received, missing and stopped", "[udpechoserver][extra][own]")
{
    EchoServer server({"--loss=0", "--heartbeat-timeout=0.2"});
    UdpPeer client;
    client.send("Heartbeat 1 1700000000.000000", server.address());
    client.send("Heartbeat 4 1700000001.000000", server.address());
    UdpPeer java;
    java.send("HEARTBEAT 18 " + std::to_string(std::time(nullptr)) + "000 \r\n", server.address());
    java.send("Heartbeat 19 noon", server.address());
    CHECK_FALSE(client.receive(100ms)); // one way
    const auto deadline = net::Deadline::in(5s);
    while (server.process().out().find("stopped") == std::string::npos && !deadline.passed())
        server.process().wait(net::Deadline::in(5ms));
    CHECK_THAT(end(server).out, Contains("heartbeat 1, one-way difference ") &&
                                    Contains("heartbeats 2 to 3 are missing") &&
                                    Contains("(begins at 18)") &&
                                    Contains("heartbeat 19, TIME unreadable") &&
                                    Contains("no heartbeat for 0.2 s, the client has stopped; the "
                                             "last was 4"));
}

TEST_CASE("A server that cannot start prints one line and exits with 2",
          "[udpechoserver][robust][own]")
{
    const UdpPeer taken;
    const std::string port = std::to_string(taken.port());
    struct Row {
        std::vector<std::string> arguments;
        std::string reason;
    };
    for (const auto& [arguments, reason] :
         {Row{{"70000"}, "PORT '70000' is not a whole number from 0 to 65535"},
          {{"x"}, "PORT 'x' is not"},
          {{"--loss=101"}, "--loss '101' is not a number from 0 to 100"},
          {{"--delay=-1"}, "--delay '-1' is not a number from 0 to 60000"},
          {{"--seed=x"}, "--seed 'x' is not a whole number"},
          {{"--no-such"}, "unknown option --no-such"},
          {{"--bind=no.such.host.invalid"}, "look up no.such.host.invalid: "},
          {{"--bind=127.0.0.1", port}, "bind to 127.0.0.1:" + port + ": Address already in use"}}) {
        CAPTURE(arguments);
        const Outcome outcome = udpechoserver(arguments);
        CHECK(outcome.status == 2);
        CHECK(outcome.out.empty());
        CHECK_THAT(outcome.err, StartsWith("udpechoserver: ") && Contains(reason));
        CHECK(std::ranges::count(outcome.err, '\n') == 1);
    }
}
