#include "common/happy_eyeballs.h"

#include "catch.h"

#include <vector>

#include "common/socket.h"
#include "common/tcp_listener.h"
#include "tests/unit/loopback.h"

using net::Address;
using net::Deadline;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

std::vector<Address> addresses(const std::vector<std::string>& hosts)
{
    std::vector<Address> list;
    for (const std::string& host : hosts)
        list.push_back(net::resolve(host, 80, SOCK_STREAM).front());
    return list;
}

std::vector<std::string> hosts(const std::vector<Address>& list)
{
    std::vector<std::string> names;
    for (const Address& address : list)
        names.push_back(address.host());
    return names;
}

/// A port where connecting gets no answer: the listener's queue is full, so Linux drops SYNs.
class BlackHole {
public:
    BlackHole()
    {
        const auto any = net::resolve("127.0.0.1", 0, SOCK_STREAM).front();
        REQUIRE(::bind(socket_.get(), any.data(), any.size()) == 0);
        REQUIRE(::listen(socket_.get(), 0) == 0);
        try {
            for (;;) {
                const auto peer = address();
                queued_.push_back(
                    net::TcpStream::connect(std::span(&peer, 1), "itself", Deadline::in(100ms)));
            }
        } catch (const net::Timeout&) { // full
        }
    }
    [[nodiscard]] Address address() const { return net::local_address(socket_.get()); }

private:
    net::FileDescriptor socket_ = net::open_socket(AF_INET, SOCK_STREAM);
    std::vector<net::TcpStream> queued_;
};

/// Where nothing listens.
Address refusing()
{
    const net::TcpListener listener(0, "127.0.0.1");
    return listener.local();
}

} // namespace

TEST_CASE("The addresses of both families take turns", "[common][happy_eyeballs]")
{
    using Hosts = std::vector<std::string>;
    const std::vector<std::pair<Hosts, Hosts>> table = {
        {{}, {}},
        {{"192.0.2.1"}, {"192.0.2.1"}},
        {{"::1", "::2", "192.0.2.1"}, {"::1", "192.0.2.1", "::2"}},
        {{"192.0.2.1", "192.0.2.2", "::1", "::2"}, {"192.0.2.1", "::1", "192.0.2.2", "::2"}},
        {{"::1", "::2", "::3", "::4", "192.0.2.1", "192.0.2.2"},
         {"::1", "192.0.2.1", "::2", "192.0.2.2", "::3", "::4"}},
        {{"::1", "192.0.2.1", "192.0.2.2", "192.0.2.3"},
         {"::1", "192.0.2.1", "192.0.2.2", "192.0.2.3"}},
    };
    for (const auto& [given, expected] : table)
        CHECK(hosts(net::interleaved(addresses(given))) == expected);
}

TEST_CASE("A dead address costs a quarter of a second, a refusing one nothing",
          "[common][happy_eyeballs]")
{
    const BlackHole dead;
    const net::TcpListener listener(0, "127.0.0.1");
    const Address alive = listener.local();
    const std::vector<std::pair<std::vector<Address>, Clock::duration>> table = {
        {{alive}, 0ms},
        {{alive, dead.address()}, 0ms},
        {{refusing(), refusing(), alive}, 0ms},
        {{dead.address(), alive}, 250ms},
        {{dead.address(), refusing(), alive}, 250ms},
        {{dead.address(), dead.address(), alive}, 500ms},
    };
    for (const auto& [list, least] : table) {
        CAPTURE(list.size());
        const auto begin = Clock::now();
        const auto stream = net::TcpStream::connect(list, "a name", soon());
        const auto took = Clock::now() - begin;
        CHECK(stream.peer() == alive);
        CHECK(took >= least);
        CHECK(took < least + 1s);
    }
}

TEST_CASE("An attempt goes on when the next one begins", "[common][happy_eyeballs]")
{
    const BlackHole dead;
    const auto begin = Clock::now();
    CHECK_THROWS_WITH(
        net::connect_to_any(std::vector{dead.address(), refusing()}, "a", Deadline::in(400ms)),
        "connect to a: timed out");
    CHECK(Clock::now() - begin >= 400ms); // the first one had all of the time
}

TEST_CASE("When all addresses fail, each is named with its reason", "[common][happy_eyeballs]")
{
    try {
        static_cast<void>(
            net::connect_to_any(std::vector{refusing(), refusing()}, "a.example:80", soon()));
        FAIL("connected");
    } catch (const net::Error& error) {
        CHECK(error.what() == std::string("connect to a.example:80: 127.0.0.1: Connection refused; "
                                          "127.0.0.1: Connection refused"));
        CHECK(error.cause() == ECONNREFUSED);
    }
}
