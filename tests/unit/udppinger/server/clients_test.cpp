#include "udppinger/server/clients.h"

#include "catch.h"

#include "tests/unit/start_time.h"

using udppinger::ClientTable;
using namespace std::chrono_literals;

namespace {

net::Address client(const std::string& host, std::uint16_t port)
{
    return net::resolve(host, port, SOCK_DGRAM).front();
}

} // namespace

TEST_CASE("Each client has its own counters; the last line is for all", "[udppinger][clients]")
{
    ClientTable clients;
    auto& one = clients.at(client("192.0.2.1", 5000), start).counters;
    one.received = 10;
    one.answered = 7;
    one.lost = 3;
    auto& other = clients.at(client("2001:db8::1", 5000), start).counters;
    other = {.received = 4, .answered = 2, .refused = 1, .heartbeats = 1, .duplicated = 2};
    CHECK(&clients.at(client("192.0.2.1", 5000), start).counters == &one);
    CHECK(clients.text() ==
          "192.0.2.1:5000: 10 received, 7 answered, 3 lost on purpose\n"
          "[2001:db8::1]:5000: 4 received, 2 answered, 0 lost on purpose, 2 duplicated, "
          "1 heartbeats, 1 refused\n"
          "2 clients: 14 received, 9 answered, 3 lost on purpose, 2 duplicated, 1 heartbeats, "
          "1 refused\n");
}

TEST_CASE("The line of totals is right without clients", "[udppinger][clients]")
{
    CHECK(ClientTable().text() == "0 clients: 0 received, 0 answered, 0 lost on purpose\n");
}

TEST_CASE("Clients beyond a thousand share one entry, so forged addresses fill no memory",
          "[udppinger][clients]")
{
    ClientTable clients;
    const net::Address first = client("192.0.2.1", 1);
    clients.at(first, start).counters.received = 5;
    for (std::uint16_t port = 2; port <= 3000; ++port)
        ++clients.at(client("192.0.2.1", port), start).counters.received;
    CHECK(clients.at(first, start).counters.received == 5);
    CHECK_THAT(clients.text(), Contains("all further clients: 2000 received"));
    CHECK_THAT(clients.text(), EndsWith("1000 clients: 3004 received, 0 answered, 0 lost on "
                                        "purpose\n"));
}

TEST_CASE("A client that is silent for a minute gives its place to a new one; its counts stay",
          "[udppinger][clients]")
{
    ClientTable clients;
    for (std::uint16_t port = 1; port <= 1000; ++port)
        ++clients.at(client("192.0.2.1", port), start).counters.received;
    const net::Address loud = client("192.0.2.1", 7);
    ++clients.at(loud, start + 59s).counters.received;
    ++clients.at(client("192.0.2.2", 1), start + 59s).counters.received; // no place
    CHECK_THAT(clients.text(), Contains("all further clients: 1 received"));
    ++clients.at(client("192.0.2.3", 1), start + 61s).counters.received;
    CHECK(clients.text() == "192.0.2.3:1: 1 received, 0 answered, 0 lost on purpose\n"
                            "192.0.2.1:7: 2 received, 0 answered, 0 lost on purpose\n"
                            "all further clients: 1000 received, 0 answered, 0 lost on purpose\n"
                            "2 clients: 1003 received, 0 answered, 0 lost on purpose\n");
    CHECK(clients.known(loud).counters.received == 2);
    CHECK(clients.known(client("192.0.2.1", 8)).counters.received == 1000); // shared
}

TEST_CASE("A rate limit is a host's, whatever its ports", "[udppinger][clients]")
{
    ClientTable clients;
    auto& limit = clients.limit_of(client("192.0.2.1", 5000), start);
    CHECK(&clients.limit_of(client("192.0.2.1", 5001), start) == &limit);
    CHECK(&clients.limit_of(client("192.0.2.2", 5000), start) != &limit);
    CHECK(&clients.limit_of(client("2001:db8::1", 1), start) ==
          &clients.limit_of(client("2001:db8::1", 2), start));
}
