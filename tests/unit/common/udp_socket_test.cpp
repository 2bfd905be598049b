#include "common/udp_socket.h"

#include "catch.h"

#include <poll.h>

using net::Address;
using net::OutgoingDatagram;
using net::UdpSocket;
using namespace std::chrono_literals;

namespace {

struct Received {
    std::string bytes;
    Address from;
    Address to;
    std::chrono::steady_clock::time_point arrival;
};

/// Waits for a batch of datagrams; empty if none arrives.
std::vector<Received> receive(UdpSocket& socket, std::chrono::milliseconds timeout = 5s)
{
    pollfd waiting{socket.descriptor(), POLLIN, 0};
    ::poll(&waiting, 1, static_cast<int>(timeout.count()));
    std::vector<Received> all;
    for (const auto& datagram : socket.receive())
        all.push_back({std::string(datagram.bytes), datagram.from, datagram.to, datagram.arrival});
    return all;
}

Address address_of(const UdpSocket& server, const std::string& host)
{
    return net::resolve(host, server.local().port(), SOCK_DGRAM).front();
}

void answer(UdpSocket& server, const std::string& bytes, const Received& question)
{
    const OutgoingDatagram datagram{bytes, question.from, question.to};
    server.send_each({&datagram, 1},
                     [](const OutgoingDatagram&, const net::Error& error) { FAIL(error.what()); });
}

} // namespace

TEST_CASE("A dual-stack socket exchanges datagrams over both families", "[common][udp_socket]")
{
    auto server = UdpSocket::bind(0);
    for (const char* host : {"127.0.0.1", "::1"}) {
        CAPTURE(host);
        auto client = UdpSocket::connect(address_of(server, host));
        client.send("question");
        const auto questions = receive(server);
        REQUIRE(questions.size() == 1);
        CHECK(questions[0].bytes == "question");
        CHECK(questions[0].from.host() == host);
        CHECK(questions[0].to.text() == address_of(server, host).text());
        answer(server, "answer", questions[0]);
        const auto answers = receive(client);
        REQUIRE(answers.size() == 1);
        CHECK(answers[0].bytes == "answer");
        CHECK(answers[0].from.text() == client.peer().text());
    }
}

TEST_CASE("An answer comes from the address that the request was sent to", "[common][udp_socket]")
{
    auto server = UdpSocket::bind(0);
    auto client = UdpSocket::connect(address_of(server, "127.0.0.77"));
    client.send("?");
    const auto questions = receive(server);
    REQUIRE(questions.size() == 1);
    answer(server, "!", questions[0]);
    CHECK(receive(client).size() == 1); // a connected socket drops datagrams from other addresses
}

TEST_CASE("A socket beside a connected one receives what others send to its port",
          "[common][udp_socket]")
{
    for (const char* host : {"127.0.0.1", "::1"}) {
        auto server = UdpSocket::bind(0);
        auto client = UdpSocket::connect(address_of(server, host));
        auto beside = UdpSocket::bind_beside(client);
        client.send("?");
        const auto question = receive(server).at(0);
        auto other = UdpSocket::bind(0);
        answer(other, "from another port", question);
        answer(server, "from the peer", question);
        const auto answers = receive(client);
        REQUIRE(answers.size() == 1);
        CHECK(answers[0].bytes == "from the peer");
        const auto others = receive(beside);
        REQUIRE(others.size() == 1);
        CHECK(others[0].bytes == "from another port");
        CHECK_THROWS_WITH(UdpSocket::bind(client.local().port(), host), Contains("in use"));
    }
}

TEST_CASE("Datagrams of every size are received, none of them joined or cut",
          "[common][udp_socket]")
{
    auto server = UdpSocket::bind(0, "127.0.0.1");
    auto client = UdpSocket::connect(server.local());
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{1472},
                                   std::size_t{65506}, net::max_datagram}) {
        CAPTURE(size);
        client.send(std::string(size, 'x'));
        const auto questions = receive(server);
        REQUIRE(questions.size() == 1);
        CHECK(questions[0].bytes.size() == size);
    }
    auto server6 = UdpSocket::bind(0, "::1");
    auto client6 = UdpSocket::connect(server6.local());
    client6.send(std::string(net::max_datagram_ipv6, 'x'));
    CHECK(receive(server6).at(0).bytes.size() == net::max_datagram_ipv6);
    CHECK_THROWS_WITH(client6.send(std::string(net::max_datagram_ipv6 + 1, 'x')),
                      Contains("Message too long"));
    CHECK_THROWS_WITH(client.send(std::string(net::max_datagram + 1, 'x')),
                      Contains("send to 127.0.0.1:") && Contains("Message too long"));
}

TEST_CASE("Many datagrams are received in batches, in order", "[common][udp_socket]")
{
    auto server = UdpSocket::bind(0, "127.0.0.1");
    auto client = UdpSocket::connect(server.local());
    for (int i = 0; i < 100; ++i)
        client.send(std::to_string(i));
    std::vector<OutgoingDatagram> answers;
    while (answers.size() < 100) {
        const auto batch = receive(server);
        REQUIRE_FALSE(batch.empty());
        for (const Received& question : batch) {
            CHECK(question.bytes == std::to_string(answers.size()));
            answers.push_back({question.bytes, question.from, question.to});
        }
    }
    CHECK(server.receive().empty());
    server.send_each(answers,
                     [](const OutgoingDatagram&, const net::Error& error) { FAIL(error.what()); });
    std::size_t count = 0;
    while (count < 100) {
        const auto batch = receive(client);
        REQUIRE_FALSE(batch.empty());
        for (const Received& reply : batch)
            CHECK(reply.bytes == std::to_string(count++));
    }
}

TEST_CASE("An answer that cannot be sent does not stop the others", "[common][udp_socket]")
{
    auto server = UdpSocket::bind(0, "127.0.0.1");
    auto client = UdpSocket::connect(server.local());
    client.send("?");
    const auto question = receive(server).at(0);
    const std::vector<OutgoingDatagram> answers = {
        {"one", question.from, question.to},
        {std::string(net::max_datagram + 1, 'x'), question.from, question.to},
        {"two", question.from, question.to}};
    std::vector<std::string> failures;
    server.send_each(answers, [&](const OutgoingDatagram&, const net::Error& error) {
        failures.emplace_back(error.what());
    });
    REQUIRE(failures.size() == 1);
    CHECK_THAT(failures[0], Contains("Message too long"));
    std::string all;
    while (all.size() < 6)
        for (const Received& reply : receive(client))
            all += reply.bytes;
    CHECK(all == "onetwo");
}

TEST_CASE("An answer whose source address is not local is still sent", "[common][udp_socket]")
{
    auto server = UdpSocket::bind(0, "127.0.0.1");
    auto client = UdpSocket::bind(0, "127.0.0.1");
    const OutgoingDatagram datagram{"!", client.local(),
                                    net::resolve("192.0.2.1", 1, SOCK_DGRAM).front()};
    server.send_each({&datagram, 1},
                     [](const OutgoingDatagram&, const net::Error& error) { FAIL(error.what()); });
    CHECK(receive(client).size() == 1);
}

TEST_CASE("A datagram on a connected socket is stamped between sending and reading",
          "[common][udp_socket]")
{
    auto server = UdpSocket::bind(0, "127.0.0.1");
    auto client = UdpSocket::connect(server.local());
    client.send("?");
    const auto question = receive(server).at(0);
    const auto before = std::chrono::steady_clock::now();
    answer(server, "!", question);
    const auto sent = std::chrono::steady_clock::now();
    const auto reply = receive(client).at(0);
    CHECK(reply.arrival >= before);
    CHECK(reply.arrival <= sent + 1s);
    CHECK(reply.arrival <= std::chrono::steady_clock::now());
}

TEST_CASE("A closed port is reported with the datagram that was sent to it", "[common][udp_socket]")
{
    const char* host = GENERATE("127.0.0.1", "::1");
    CAPTURE(host);
    auto client = [host] {
        const auto closed = UdpSocket::bind(0, host); // closed at the end of the block
        return UdpSocket::connect(closed.local());
    }();
    client.send("first");
    client.send("second"); // despite the pending error of the first
    for (const char* text : {"first", "second"}) {
        pollfd waiting{client.descriptor(), POLLIN, 0};
        REQUIRE(::poll(&waiting, 1, 5000) == 1);
        const auto error = client.next_error();
        REQUIRE(error);
        CHECK(error->bytes == text);
        CHECK(error->cause == ECONNREFUSED);
        CHECK(error->is_ipv6 == (client.peer().family() == AF_INET6));
        CHECK(static_cast<int>(error->type) == (error->is_ipv6 ? 1 : 3));
        CHECK(static_cast<int>(error->code) == (error->is_ipv6 ? 4 : 3));
        CHECK(error->reporter.host() == host);
    }
    CHECK_FALSE(client.next_error());
    CHECK(client.receive().empty());
}

TEST_CASE("A socket that cannot be bound names the address and the reason", "[common][udp_socket]")
{
    const auto taken = UdpSocket::bind(0, "127.0.0.1");
    CHECK_THROWS_WITH(UdpSocket::bind(taken.local().port(), "127.0.0.1"),
                      "bind to " + taken.local().text() + ": Address already in use");
    CHECK_THROWS_WITH(UdpSocket::bind(0, "192.0.2.1"),
                      "bind to 192.0.2.1:0: Cannot assign requested address");
    CHECK_THROWS_AS(UdpSocket::bind(0, "no.such.host.invalid"), net::LookupError);
}
