// Many who ask for the same at the same time: the origin is asked once where that is right.
#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>

#include "common/error.h"
#include "tests/grade/proxy.h"

using Catch::Matchers::Contains;
using grade::Client;
using grade::OriginClient;
using grade::Proxy;
using grade::ScriptedOrigin;
using namespace std::chrono_literals;

namespace {

const std::string head_of_ten = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n"
                                "Content-Length: 10\r\n\r\n";

/// Something that a test lets happen when it is time.
class Gate {
public:
    void open()
    {
        const std::lock_guard lock(mutex_);
        is_open_ = true;
        opened_.notify_all();
    }
    void pass()
    {
        std::unique_lock lock(mutex_);
        opened_.wait_for(lock, 15s, [this] { return is_open_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable opened_;
    bool is_open_ = false;
};

/// Opens its gate when a test fails, too, so that nobody waits for it.
struct Opened {
    explicit Opened(Gate& its_gate) : gate(its_gate) {}
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;
    ~Opened() { gate.open(); }
    Gate& gate;
};

/// The first `size` bytes of the body that a client gets, whatever comes behind them.
std::string begin_of_body(OriginClient& proxy, std::size_t size)
{
    CHECK_THAT(proxy.head(), Catch::Matchers::StartsWith("HTTP/1.1 200 "));
    return proxy.bytes(size);
}

} // namespace

TEST_CASE("Followers read the leader's body as it grows", "[proxy][cache][extra]")
{
    std::atomic<int> asked = 0;
    Gate gate;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        ++asked;
        client.send(head_of_ten + "01234");
        gate.pass();
        client.send("56789");
    });
    const Proxy proxy;
    const Opened opened(gate);
    std::list<Client> clients;
    for (int i = 0; i < 8; ++i) {
        Client& client = clients.emplace_back(proxy.port());
        client.send(grade::get_request(origin.url("/")));
        OriginClient peer(client.stream());
        CHECK(begin_of_body(peer, 5) == "01234"); // while the rest has not come
    }
    CHECK(asked == 1);
    gate.open();
    for (Client& client : clients) {
        OriginClient peer(client.stream());
        CHECK(peer.bytes(5) == "56789");
    }
    CHECK(asked == 1);
}

TEST_CASE("A follower is told that he was one", "[proxy][cache][own]")
{
    Gate gate;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        client.send(head_of_ten + "01234");
        gate.pass();
        client.send("56789");
    });
    const Proxy proxy;
    const Opened opened(gate);
    Client leader(proxy.port());
    leader.send(grade::get_request(origin.url("/")));
    OriginClient peer(leader.stream());
    begin_of_body(peer, 5);
    Client follower(proxy.port());
    follower.send(grade::get_request(origin.url("/")));
    OriginClient other(follower.stream());
    CHECK_THAT(other.head(), Contains("\r\nCache-Status: proxy; fwd=uri-miss; collapsed\r\n"));
}

TEST_CASE("When a leader leaves, his followers get the rest", "[proxy][cache][robust]")
{
    std::atomic<int> asked = 0;
    Gate gate;
    const std::string rest(3'000'000, 'x');
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        ++asked;
        client.send(
            "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 3000005\r\n\r\n"
            "01234");
        gate.pass();
        client.send(rest);
    });
    const Proxy proxy;
    const Opened opened(gate);
    auto leader = std::make_unique<Client>(proxy.port());
    leader->send(grade::get_request(origin.url("/")));
    OriginClient first(leader->stream());
    begin_of_body(first, 5);
    Client follower(proxy.port());
    follower.send(grade::get_request(origin.url("/")));
    OriginClient second(follower.stream());
    begin_of_body(second, 5);
    leader.reset();
    gate.open();
    CHECK((second.bytes(rest.size()) == rest));
    CHECK(asked == 1);
}

TEST_CASE("What is not for everybody is asked for by everybody", "[proxy][cache][robust]")
{
    const std::string fields = GENERATE("Cache-Control: private\r\n", "Cache-Control: no-store\r\n",
                                        "Vary: *\r\n", "Set-Cookie: a=b\r\n");
    std::atomic<int> asked = 0;
    Gate gate;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        const int number = ++asked;
        gate.pass();
        const auto body = std::to_string(number);
        client.send("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 1\r\n\r\n" + body);
    });
    const Proxy proxy;
    const Opened opened(gate);
    std::list<Client> clients;
    for (int i = 0; i < 5; ++i)
        clients.emplace_back(proxy.port()).send(grade::get_request(origin.url("/")));
    const auto deadline = net::Deadline::in(15s);
    while (asked == 0)
        REQUIRE_FALSE(deadline.passed());
    gate.open();
    std::string got;
    for (Client& client : clients)
        got += client.receive().body;
    std::ranges::sort(got);
    CHECK(got == "12345");
}

TEST_CASE("A leader whose origin fails sends his followers there on their own",
          "[proxy][cache][robust]")
{
    std::atomic<int> asked = 0;
    Gate gate;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        const int number = ++asked;
        gate.pass();
        if (number > 2) client.send(head_of_ten + "0123456789"); // idempotent: it is asked twice
    });
    const Proxy proxy;
    const Opened opened(gate);
    std::list<Client> clients;
    for (int i = 0; i < 5; ++i)
        clients.emplace_back(proxy.port()).send(grade::get_request(origin.url("/")));
    const auto deadline = net::Deadline::in(15s);
    while (asked == 0)
        REQUIRE_FALSE(deadline.passed());
    gate.open();
    int whole = 0;
    for (Client& client : clients)
        if (client.receive().body == "0123456789") ++whole;
    CHECK(whole >= 3);
}

TEST_CASE("A body that is cut off ends for followers as it does for their leader",
          "[proxy][cache][robust]")
{
    Gate gate;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        client.send(head_of_ten + "01234");
        gate.pass();
    });
    const Proxy proxy;
    const Opened opened(gate);
    std::list<Client> clients;
    for (int i = 0; i < 3; ++i) {
        Client& client = clients.emplace_back(proxy.port());
        client.send(grade::get_request(origin.url("/")));
        OriginClient peer(client.stream());
        begin_of_body(peer, 5);
    }
    gate.open();
    for (Client& client : clients)
        CHECK(client.receive_rest().empty());
}

TEST_CASE("Variants are not shared", "[proxy][cache][robust]")
{
    Gate gate;
    const ScriptedOrigin origin([&](OriginClient& client) {
        const auto head = client.head();
        gate.pass();
        const std::string foo = head.substr(head.find("Foo: ") + 5, 1);
        client.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nVary: Foo\r\n"
                    "Content-Length: 1\r\n\r\n" +
                    foo);
    });
    const Proxy proxy;
    const Opened opened(gate);
    std::list<Client> clients;
    for (int i = 0; i < 6; ++i)
        clients.emplace_back(proxy.port())
            .send(grade::get_request(origin.url("/"), "Foo: " + std::to_string(i % 3) + "\r\n"));
    gate.open();
    int i = 0;
    for (Client& client : clients)
        CHECK(client.receive().body == std::to_string(i++ % 3));
}
