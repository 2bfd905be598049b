// How the proxy changes the requests and responses that it forwards (RFC 9110, 9112).
#include "catch.h"

#include <atomic>
#include <thread>

#include "common/error.h"
#include "tests/grade/peers/origin.h"
#include "tests/grade/peers/proxy.h"

using grade::Client;
using grade::ok;
using grade::OriginClient;
using grade::Proxy;
using grade::ScriptedOrigin;
using namespace std::chrono_literals;

namespace {

constexpr const char* chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

/// A request line with absolute-form, and Host.
std::string begin(const std::string& method, const ScriptedOrigin& origin, int minor_version = 1)
{
    return method + " " + origin.url("/x") + " HTTP/1." + std::to_string(minor_version) +
           "\r\nHost: " + origin.authority() + "\r\n";
}

/// The whole of a chunked body.
std::string unchunked(OriginClient& peer)
{
    std::string body;
    for (;;) {
        const auto size = std::stoul(peer.until("\r\n"), nullptr, 16);
        if (size == 0) {
            peer.until("\r\n");
            return body;
        }
        body += peer.bytes(size);
        peer.until("\r\n");
    }
}

} // namespace

TEST_CASE("Every method is forwarded to the origin, with its body", "[proxy][extra]")
{
    const Proxy proxy;
    for (const std::string method :
         {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "QUERY", "brew"}) {
        CAPTURE(method);
        std::string head;
        std::string body;
        const ScriptedOrigin origin([&](OriginClient& client) {
            head = client.head();
            if (!head.starts_with(method)) return; // there is no body to wait for
            body = client.bytes(5);
            client.send(ok(""));
        });
        Client client(proxy.port());
        client.send(begin(method, origin) + "Content-Length: 5\r\n\r\nhello");
        CHECK(client.receive().status == 200);
        CHECK(head.starts_with(method + " /x HTTP/1.1\r\n"));
        CHECK_THAT(head, Contains("Content-Length: 5\r\n"));
        CHECK(body == "hello");
    }
}

TEST_CASE("A chunked request body is forwarded whole, with its trailers", "[proxy][extra]")
{
    std::string head;
    std::string body;
    std::string trailer;
    const ScriptedOrigin origin([&](OriginClient& client) {
        head = client.head();
        if (!head.starts_with("POST")) return;
        body = client.until("0\r\n");
        trailer = client.until("\r\n\r\n");
        client.send(ok("done"));
    });
    const Proxy proxy;
    Client client(proxy.port());
    client.send(begin("POST", origin) + "Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n");
    client.send("1\r\n!\r\n0\r\nX-Sum: 6\r\nContent-Length: 9\r\n\r\n");
    CHECK(client.receive().body == "done");
    CHECK_THAT(head, Contains("Transfer-Encoding: chunked\r\n"));
    CHECK_THAT(body, Contains("hello") && Contains("!") && !Contains("x=y"));
    CHECK(trailer == "X-Sum: 6\r\n\r\n");
}

TEST_CASE("An HTTP/1.1 client gets chunked responses in chunks, with their trailers",
          "[proxy][extra]")
{
    const ScriptedOrigin origin(grade::answering(
        std::string(chunked) + "5\r\nhello\r\n6;a\r\n world\r\n0\r\nX-Sum: 11\r\n\r\n"));
    const Proxy proxy;
    Client client(proxy.port());
    for (int i = 0; i < 2; ++i) { // on the same connection
        client.send(grade::get_request(origin.url("/")));
        OriginClient peer(client.stream());
        const auto head = peer.head();
        CHECK_THAT(head, Contains("Transfer-Encoding: chunked\r\n") && !Contains("Content-Len"));
        std::string body;
        CHECK_THAT(peer.until("0\r\n"), Contains("hello") && Contains(" world"));
        CHECK(peer.until("\r\n\r\n") == "X-Sum: 11\r\n\r\n");
    }
}

TEST_CASE("An HTTP/1.0 client gets a chunked response decoded, until the connection closes",
          "[proxy][extra]")
{
    const ScriptedOrigin origin(
        grade::answering(std::string(chunked) + "5\r\nhello\r\n6\r\n world\r\n0\r\nA: b\r\n\r\n"));
    const Proxy proxy;
    const auto answer = proxy.ask(begin("GET", origin, 0) + "\r\n");
    CHECK_THAT(answer, !Contains("Transfer-Encoding") && !Contains("keep-alive"));
    CHECK(answer.ends_with("\r\n\r\nhello world"));
}

TEST_CASE("A body that ends with the origin's connection is framed for the client",
          "[proxy][extra]")
{
    const ScriptedOrigin origin([](OriginClient& client) {
        client.head();
        client.send("HTTP/1.0 200 OK\r\n\r\nhello ");
        client.send("world");
    });
    const Proxy proxy;
    Client client(proxy.port());
    for (int i = 0; i < 2; ++i) {
        client.send(grade::get_request(origin.url("/")));
        OriginClient peer(client.stream());
        CHECK_THAT(peer.head(), Contains("Transfer-Encoding: chunked\r\n"));
        CHECK(unchunked(peer) == "hello world");
    }
}

TEST_CASE("Responses to HEAD, 204 and 304 have no body", "[proxy][extra]")
{
    const Proxy proxy;
    for (const std::string head :
         {"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 404 Not Found\r\n\r\n",
          "HTTP/1.1 204 No Content\r\n\r\n",
          "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\nETag: \"x\"\r\n\r\n"}) {
        CAPTURE(head);
        const bool is_head = !head.starts_with("HTTP/1.1 204") && !head.starts_with("HTTP/1.1 304");
        const ScriptedOrigin origin(grade::answering(head));
        Client client(proxy.port());
        for (int i = 0; i < 2; ++i) {
            client.send(begin(is_head ? "HEAD" : "GET", origin) + "If-None-Match: \"x\"\r\n\r\n");
            const auto answer = client.receive(is_head);
            CHECK(answer.head.starts_with(head.substr(0, head.find('\r'))));
            if (head.find("Content-Length") != std::string::npos)
                CHECK(answer.field("Content-Length") == "1000");
        }
    }
}

TEST_CASE("Hop-by-hop fields are not forwarded, in either direction", "[proxy][extra]")
{
    std::string asked;
    const ScriptedOrigin origin([&](OriginClient& client) {
        asked = client.head();
        client.send(ok("x", "Connection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nUpgrade: "
                            "h2c\r\nX-Kept: 2\r\nProxy-Authenticate: Basic\r\n"));
    });
    const Proxy proxy;
    Client client(proxy.port());
    client.send(begin("GET", origin) +
                "Connection: keep-alive, x-own\r\nX-Own: 1\r\nProxy-Connection: keep-alive\r\n"
                "Keep-Alive: 300\r\nUpgrade: h2c\r\nProxy-Authorization: Basic eDp5\r\nX-Too: "
                "2\r\n\r\n");
    const auto answer = client.receive();
    CHECK_THAT(asked, !Contains("X-Own") && !Contains("Proxy-") && !Contains("Keep-Alive") &&
                          !Contains("Upgrade"));
    CHECK_THAT(asked, Contains("X-Too: 2\r\n"));
    CHECK_THAT(answer.head, !Contains("X-Hop") && !Contains("Keep-Alive: 5") &&
                                !Contains("Upgrade") && !Contains("Proxy-Authenticate"));
    CHECK_THAT(answer.head, Contains("X-Kept: 2\r\n"));
    CHECK(answer.body == "x");
}

TEST_CASE("Via is added for both sides", "[proxy][extra]")
{
    std::string asked;
    const ScriptedOrigin origin([&](OriginClient& client) {
        asked = client.head();
        client.send(ok("", "Via: 1.1 elder\r\n"));
    });
    const Proxy proxy;
    Client client(proxy.port());
    client.send(begin("GET", origin) + "Via: 1.0 younger\r\n\r\n");
    const auto answer = client.receive();
    CHECK_THAT(asked, Contains("Via: 1.0 younger") && Contains("1.1 "));
    CHECK_THAT(answer.head, Contains("Via: 1.1 elder"));
    const auto second = answer.head.find("Via: ", answer.head.find("elder"));
    CHECK((second != std::string::npos || answer.head.find("elder, ") != std::string::npos));
}

TEST_CASE("The URL's host replaces the Host field", "[proxy][extra]")
{
    std::string asked;
    const ScriptedOrigin origin([&](OriginClient& client) {
        asked = client.head();
        client.send(ok(""));
    });
    const Proxy proxy;
    Client client(proxy.port());
    client.send("GET " + origin.url("/") + " HTTP/1.1\r\nHost: other.example\r\n\r\n");
    CHECK(client.receive().status == 200);
    CHECK_THAT(asked, Contains("Host: " + origin.authority()) && !Contains("other.example"));
}

TEST_CASE("OPTIONS for a whole server is forwarded with *", "[proxy][extra]")
{
    std::string asked;
    const ScriptedOrigin origin([&](OriginClient& client) {
        asked = client.head();
        client.send(ok(""));
    });
    const Proxy proxy;
    Client client(proxy.port());
    client.send("OPTIONS http://" + origin.authority() + " HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(client.receive().status == 200);
    CHECK(asked.starts_with("OPTIONS * HTTP/1.1\r\n"));
}

TEST_CASE("Max-Forwards limits the hops of OPTIONS and TRACE", "[proxy][extra]")
{
    std::string asked;
    const ScriptedOrigin origin([&](OriginClient& client) {
        asked = client.head();
        client.send(ok("from the origin"));
    });
    const Proxy proxy;
    const std::string method = GENERATE("OPTIONS", "TRACE");
    Client client(proxy.port());
    client.send(begin(method, origin) + "Max-Forwards: 0\r\nCookie: secret\r\nX: y\r\n\r\n");
    const auto own = client.receive();
    CHECK(own.status == 200);
    CHECK(origin.connections() == 0);
    if (method == "TRACE") {
        CHECK(own.field("Content-Type") == "message/http");
        CHECK_THAT(own.body, Contains("TRACE http://") && Contains("X: y\r\n"));
        CHECK_THAT(own.body, !Contains("secret"));
    } else {
        CHECK_THAT(own.field("Allow"), Contains("OPTIONS"));
    }
    client.send(begin(method, origin) + "Max-Forwards: 1\r\n\r\n");
    CHECK(client.receive().body == "from the origin");
    CHECK_THAT(asked, Contains("Max-Forwards: 0\r\n"));
}

TEST_CASE("An origin's interim responses reach an HTTP/1.1 client", "[proxy][extra]")
{
    std::string body;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        client.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
        body = client.bytes(5); // sent after 100, not before
        client.send(ok("thanks"));
    });
    const Proxy proxy;
    Client client(proxy.port());
    client.send(begin("PUT", origin) + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    OriginClient peer(client.stream());
    REQUIRE_THAT(peer.head(), Contains("HTTP/1.1 103 ") && Contains("Link: </a>"));
    REQUIRE(peer.head().starts_with("HTTP/1.1 100 "));
    peer.send("hello");
    CHECK(peer.head().starts_with("HTTP/1.1 200 "));
    CHECK(body == "hello");
}

TEST_CASE("HTTP/1.0 clients get no interim responses", "[proxy][extra]")
{
    const ScriptedOrigin origin(grade::answering("HTTP/1.1 102 Processing\r\n\r\n" + ok("x")));
    const Proxy proxy;
    const auto answer = proxy.ask(begin("GET", origin, 0) + "\r\n");
    CHECK(answer.starts_with("HTTP/1.1 200 "));
}

TEST_CASE("An error response in the middle of an upload reaches the client", "[proxy][robust]")
{
    const ScriptedOrigin origin([](OriginClient& client) {
        if (!client.head().starts_with("POST")) return;
        client.bytes(1000);
        client.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\n\r\nmuch");
        client.is_closed();
    });
    const Proxy proxy;
    Client client(proxy.port());
    client.send(begin("POST", origin) + "Content-Length: 1000000000\r\n\r\n" +
                std::string(5000, 'x'));
    const auto answer = client.receive();
    CHECK(answer.status == 413);
    CHECK(answer.body == "much");
    CHECK(answer.field("Connection") == "close");
}

TEST_CASE("An early error response reaches the client even if the origin then closes",
          "[proxy][robust]")
{
    const ScriptedOrigin origin([](OriginClient& client) {
        client.head();
        client.send("HTTP/1.1 403 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
    });
    const Proxy proxy;
    Client client(proxy.port());
    client.send(begin("POST", origin) + "Content-Length: 20000000\r\n\r\n");
    try {
        for (int i = 0; i < 200; ++i) // more than the kernel's buffers hold
            client.send(std::string(100'000, 'x'));
    } catch (const net::Error&) { // it may close before it has read all
    }
    CHECK(client.receive().status == 403);
}

TEST_CASE("A response may begin before the end of the request's body", "[proxy][extra]")
{
    const ScriptedOrigin origin([](OriginClient& client) { // an echo
        client.head();
        client.send(chunked);
        for (int i = 0; i < 3; ++i) {
            client.until("\r\n"); // a size
            client.send("3\r\n" + client.bytes(3) + "\r\n");
            client.until("\r\n");
        }
        client.until("0\r\n\r\n");
        client.send("0\r\n\r\n");
    });
    const Proxy proxy;
    Client client(proxy.port());
    client.send(begin("POST", origin) + "Transfer-Encoding: chunked\r\n\r\n");
    OriginClient peer(client.stream());
    CHECK(peer.head().starts_with("HTTP/1.1 200 "));
    for (const std::string text : {"abc", "def", "ghi"}) {
        peer.send("3\r\n" + text + "\r\n");
        CHECK(peer.until("\r\n").starts_with("3"));
        CHECK(peer.bytes(5) == text + "\r\n");
    }
    peer.send("0\r\n\r\n");
    CHECK(peer.bytes(5) == "0\r\n\r\n");
}

TEST_CASE("A response that arrives piece by piece is forwarded piece by piece", "[proxy][extra]")
{
    std::atomic<int> heard = 0;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        client.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
        for (int i = 0; i < 3; ++i) {
            client.send("data: " + std::to_string(i) + "\n\n");
            for (const auto end = net::Deadline::in(10s); heard <= i && !end.passed();)
                std::this_thread::yield();
        }
    });
    const Proxy proxy;
    Client client(proxy.port());
    client.send(begin("GET", origin, 0) + "\r\n");
    OriginClient peer(client.stream());
    peer.head();
    for (int i = 0; i < 3; ++i) {
        CHECK(peer.until("\n\n") == "data: " + std::to_string(i) + "\n\n");
        ++heard;
    }
}

TEST_CASE("One connection serves many requests, also pipelined ones", "[proxy][extra]")
{
    const ScriptedOrigin origin([](OriginClient& client) {
        for (auto head = client.head(); !head.empty(); head = client.head())
            client.send(ok(head.substr(0, head.find(" HTTP"))));
    });
    const Proxy proxy;
    Client client(proxy.port());
    std::string requests;
    for (int i = 0; i < 10; ++i)
        requests += grade::get_request(origin.url("/" + std::to_string(i)));
    client.send(requests);
    for (int i = 0; i < 10; ++i)
        CHECK(client.receive().body == "GET /" + std::to_string(i));
    CHECK(origin.connections() == 1);
}

TEST_CASE("An idle connection that the origin has closed is not reused", "[proxy][extra]")
{
    std::atomic<int> closed = 0;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        client.send(ok("once"));
        client.stream().shutdown();
        ++closed;
    });
    const Proxy proxy;
    Client client(proxy.port());
    for (int i = 0; i < 5; ++i) {
        client.send(grade::get_request(origin.url("/")));
        REQUIRE(client.receive().body == "once");
        for (const auto end = net::Deadline::in(10s); closed <= i && !end.passed();)
            std::this_thread::sleep_for(1ms);
        REQUIRE(closed > i);
    }
    CHECK(origin.connections() == 5);
}

TEST_CASE("A GET is retried when its idle connection closes, a POST never", "[proxy][extra]")
{
    std::atomic<int> asked = 0;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        ++asked;
        client.send(ok("first"));
        if (!client.head().empty()) ++asked; // then closes without a response
    });
    const Proxy proxy;
    Client client(proxy.port());
    client.send(grade::get_request(origin.url("/")));
    CHECK(client.receive().body == "first");
    client.send(grade::get_request(origin.url("/")));
    CHECK(client.receive().body == "first");
    CHECK(asked == 3);
    client.send(begin("POST", origin) + "Content-Length: 0\r\n\r\n");
    const auto answer = client.receive();
    CHECK((answer.status == 200 || answer.status == 502));
    CHECK(asked == 4);
}

TEST_CASE("A connection with a connection-based login is not reused for another request",
          "[proxy][robust][own]")
{
    const ScriptedOrigin origin([](OriginClient& client) {
        bool is_logged_in = false; // until the connection ends
        for (auto head = client.head(); !head.empty(); head = client.head()) {
            is_logged_in = is_logged_in || head.find("\r\nAuthorization: n") != std::string::npos;
            client.send(ok(is_logged_in ? "secret" : "public", "Cache-Control: no-store\r\n"));
        }
    });
    const Proxy proxy;
    const std::string login = GENERATE("ntlm TlRM", "negotiate YII=");
    CAPTURE(login);
    Client one(proxy.port());
    one.send(begin("GET", origin) + "Authorization: " + login + "\r\n\r\n");
    CHECK(one.receive().body == "secret");
    Client other(proxy.port());
    other.send(begin("GET", origin) + "\r\n");
    CHECK(other.receive().body == "public");
    CHECK(origin.connections() == 2);
}

TEST_CASE("A request without a response on a new connection is not retried", "[proxy][extra]")
{
    std::atomic<int> asked = 0;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        ++asked;
    });
    const Proxy proxy;
    CHECK(proxy.get(origin.url("/")).status == 502);
    CHECK(asked == 1);
}

TEST_CASE("A truncated response never ends cleanly", "[proxy][robust]")
{
    const std::string answer =
        GENERATE("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nx\r\n\r\n");
    CAPTURE(answer);
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        client.send(answer);
    });
    const Proxy proxy;

    Client newer(proxy.port());
    newer.send(grade::get_request(origin.url("/")));
    std::string got;
    try {
        got = newer.receive_rest();
    } catch (const net::Error&) { // a reset is fine
    }
    CHECK_THAT(got, !Contains("\r\n0\r\n\r\n"));
    if (got.find("Content-Length: 10") != std::string::npos) CHECK(got.ends_with("hello"));

    Client older(proxy.port());
    older.send(begin("GET", origin, 0) + "\r\n");
    bool looks_whole = true;
    try {
        looks_whole = older.receive_rest().find("Content-Length: 10") == std::string::npos;
    } catch (const net::Error&) {
        looks_whole = false; // a reset: the only possible signal
    }
    CHECK_FALSE(looks_whole);
}
