#include "udppinger/server/clients.h"

#include "catch.h"

using udppinger::ClientTable;
using udppinger::RateLimit;
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
    auto& one = clients.at(client("192.0.2.1", 5000)).counters;
    one.received = 10;
    one.answered = 7;
    one.lost = 3;
    auto& other = clients.at(client("2001:db8::1", 5000)).counters;
    other = {.received = 4, .answered = 2, .refused = 1, .heartbeats = 1, .duplicated = 2};
    CHECK(&clients.at(client("192.0.2.1", 5000)).counters == &one);
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
    clients.at(first).counters.received = 5;
    for (std::uint16_t port = 2; port <= 3000; ++port)
        ++clients.at(client("192.0.2.1", port)).counters.received;
    CHECK(clients.at(first).counters.received == 5);
    CHECK_THAT(clients.text(), Contains("all further clients: 2000 received"));
    CHECK_THAT(clients.text(), EndsWith("1000 clients: 3004 received, 0 answered, 0 lost on "
                                        "purpose\n"));
}

TEST_CASE("The rate limit admits a burst of one second, then its rate", "[udppinger][clients]")
{
    RateLimit limit;
    const RateLimit::Time start{1000s};
    int admitted = 0;
    for (int i = 0; i < 100; ++i)
        admitted += limit.admits(start, 10) ? 1 : 0;
    CHECK(admitted == 10);
    CHECK_FALSE(limit.admits(start + 50ms, 10));
    CHECK(limit.admits(start + 101ms, 10));
    CHECK_FALSE(limit.admits(start + 102ms, 10));
    for (int i = 0; i < 100; ++i)
        admitted += limit.admits(start + 1h, 10) ? 1 : 0;
    CHECK(admitted == 20); // an hour of silence allows no more than one second's burst
    CHECK(RateLimit().admits(start, 0));
}
