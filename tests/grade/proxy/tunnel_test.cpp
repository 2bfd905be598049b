// Tunnels (RFC 9110 §9.3.6): bytes both ways, and how they end.
#include "catch.h"

#include <poll.h>
#include <sys/socket.h>

#include <atomic>

#include "common/error.h"
#include "tests/grade/peers/proxy.h"

using grade::Client;
using grade::OriginClient;
using grade::Proxy;
using grade::ScriptedOrigin;
using namespace std::chrono_literals;

namespace {

std::string connect_request(const ScriptedOrigin& origin)
{
    return "CONNECT " + origin.authority() + " HTTP/1.1\r\nHost: " + origin.authority() +
           "\r\n\r\n";
}

/// A tunnel through the proxy to the origin.
struct Tunnel {
    Tunnel(const Proxy& proxy, const ScriptedOrigin& origin, const std::string& early = {})
        : client(proxy.port()), peer(client.stream())
    {
        client.send(connect_request(origin) + early);
        head = peer.head();
    }

    Client client;
    OriginClient peer;
    std::string head;
};

/// Sends `size` bytes while it reads as many.
void send_and_read(Tunnel& tunnel, std::size_t size)
{
    std::thread sender([&] {
        const std::string part(100'000, 'x');
        for (std::size_t sent = 0; sent < size; sent += part.size())
            tunnel.client.send(part);
        tunnel.client.finish();
    });
    CHECK(tunnel.peer.bytes(size).size() == size);
    sender.join();
    CHECK(tunnel.peer.is_closed());
}

/// Resets the connection.
void reset(net::TcpStream& stream)
{
    const sockaddr unspecified{.sa_family = AF_UNSPEC, .sa_data = {}};
    ::connect(stream.descriptor(), &unspecified, sizeof unspecified);
}

} // namespace

TEST_CASE("A tunnel opens with 200, without Content-Length and Transfer-Encoding", "[proxy][extra]")
{
    const ScriptedOrigin origin([](OriginClient& client) { client.is_closed(); });
    const Proxy proxy;
    const Tunnel tunnel(proxy, origin);
    CHECK(tunnel.head.starts_with("HTTP/1.1 200 "));
    CHECK_THAT(tunnel.head, !Contains("Content-Length") && !Contains("Transfer-Encoding"));
}

TEST_CASE("Bytes sent together with CONNECT are relayed", "[proxy][extra]")
{
    std::string got;
    const ScriptedOrigin origin([&](OriginClient& client) {
        got = client.bytes(5);
        client.send("greetings");
    });
    const Proxy proxy;
    Tunnel tunnel(proxy, origin, "early");
    CHECK(tunnel.peer.bytes(9) == "greetings");
    CHECK(got == "early");
}

TEST_CASE("The end of one direction is relayed, and the other direction continues",
          "[proxy][extra]")
{
    const ScriptedOrigin origin([](OriginClient& client) {
        const bool has_all = client.until("?") == "how are you?" && client.is_closed();
        if (has_all) client.send(std::string(500'000, 'x'));
    });
    const Proxy proxy;
    Tunnel tunnel(proxy, origin);
    tunnel.peer.send("how are you?");
    tunnel.client.finish();
    CHECK(tunnel.peer.bytes(500'000).size() == 500'000);
    CHECK(tunnel.peer.is_closed());
}

TEST_CASE("The origin may end its direction first", "[proxy][extra]")
{
    std::atomic<bool> has_all = false;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.stream().shutdown_writing();
        has_all = client.until("!") == "still here!";
    });
    const Proxy proxy;
    Tunnel tunnel(proxy, origin);
    REQUIRE(tunnel.head.starts_with("HTTP/1.1 200 "));
    CHECK(tunnel.peer.is_closed());
    tunnel.peer.send("still here!");
    tunnel.client.finish();
    for (const auto end = net::Deadline::in(10s); !has_all && !end.passed();)
        std::this_thread::sleep_for(1ms);
    CHECK(has_all);
}

TEST_CASE("Both directions may be full at once", "[proxy][robust]")
{
    constexpr std::size_t size = 30'000'000;
    std::atomic<bool> is_done = false;
    const ScriptedOrigin origin([&](OriginClient& client) {
        const std::string part(100'000, 'y');
        for (std::size_t sent = 0; sent < size; sent += part.size()) // reads nothing meanwhile
            client.send(part);
        client.stream().shutdown_writing();
        is_done = client.bytes(size).size() == size;
    });
    const Proxy proxy;
    Tunnel tunnel(proxy, origin);
    send_and_read(tunnel, size);
    for (const auto end = net::Deadline::in(30s); !is_done && !end.passed();)
        std::this_thread::sleep_for(1ms);
    CHECK(is_done);
}

TEST_CASE("A reset on one side ends the tunnel on the other", "[proxy][robust]")
{
    const ScriptedOrigin origin([](OriginClient& client) {
        client.bytes(1);
        reset(client.stream());
    });
    const Proxy proxy;
    Tunnel tunnel(proxy, origin);
    REQUIRE(tunnel.head.starts_with("HTTP/1.1 200 "));
    tunnel.peer.send("xy");
    CHECK(tunnel.peer.is_closed());
}

TEST_CASE("An idle tunnel is closed; bytes in one direction keep it open", "[proxy][robust][own]")
{
    const ScriptedOrigin origin([](OriginClient& client) {
        for (int i = 0; i < 20; ++i) { // twice the limit
            client.send("x");
            std::this_thread::sleep_for(50ms);
        }
        client.is_closed();
    });
    const Proxy proxy({"--tunnel-timeout=0.5"});
    Tunnel tunnel(proxy, origin);
    CHECK(tunnel.peer.bytes(20).size() == 20);
    CHECK(tunnel.peer.is_closed());
}

TEST_CASE("A tunnel with a slow receiver is not idle", "[proxy][robust][own]")
{
    constexpr std::size_t size = 20'000'000;       // more than the kernels' buffers hold
    constexpr std::size_t slowly_read = 2'400'000; // in three times the proxy's time-out
    const ScriptedOrigin origin([](OriginClient& peer) {
        constexpr std::size_t at_once = 20'000;
        for (std::size_t count = 0; count < slowly_read; count += at_once) {
            static_cast<void>(peer.bytes(at_once));
            std::this_thread::sleep_for(50ms);
        }
        static_cast<void>(peer.bytes(size - slowly_read));
        peer.send("thanks");
    });
    const Proxy proxy({"--tunnel-timeout=2"});
    Client client(proxy.port());
    client.send("CONNECT " + origin.authority() + " HTTP/1.1\r\nHost: a.example\r\n\r\n");
    OriginClient peer(client.stream());
    CHECK(peer.head().starts_with("HTTP/1.1 200 "));
    client.send(std::string(size, 'x'));
    CHECK(peer.bytes(6) == "thanks");
}

TEST_CASE("A tunnel to a closed port results in an error page", "[proxy][robust]")
{
    const Proxy proxy;
    const auto port = std::to_string(grade::free_port());
    Client client(proxy.port());
    client.send("CONNECT 127.0.0.1:" + port + " HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto answer = client.receive();
    CHECK(answer.status == 502);
    CHECK_THAT(answer.body, Contains("127.0.0.1:" + port));
}

TEST_CASE("A client's reset after its end of stream ends the tunnel", "[proxy][robust][own]")
{
    std::atomic<bool> has_heard_end = false;
    std::atomic<bool> is_broken = false;
    const ScriptedOrigin origin([&](OriginClient& client) {
        has_heard_end = client.is_closed();
        pollfd side{client.stream().descriptor(), 0, 0}; // silent from now on
        is_broken = ::poll(&side, 1, 10'000) == 1;
    });
    const Proxy proxy;
    {
        Tunnel tunnel(proxy, origin);
        tunnel.client.finish();
        for (const auto end = net::Deadline::in(10s); !has_heard_end;)
            REQUIRE_FALSE(end.passed());
        tunnel.client.stream().end_with_reset();
    }
    for (const auto end = net::Deadline::in(10s); !is_broken && !end.passed();)
        std::this_thread::sleep_for(1ms);
    CHECK(is_broken);
}
