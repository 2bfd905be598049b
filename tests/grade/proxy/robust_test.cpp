// The proxy with hostile, broken, slow and absent peers.
#include "catch.h"

#include <atomic>
#include <csignal>
#include <future>

#include "common/error.h"
#include "tests/grade/peers/origin.h"
#include "tests/grade/peers/proxy.h"

using grade::Client;
using grade::ok;
using grade::OriginClient;
using grade::Proxy;
using grade::ScriptedOrigin;
using namespace std::chrono_literals;

TEST_CASE("Malformed requests are rejected and reach no origin", "[proxy][robust]")
{
    const ScriptedOrigin origin(grade::answering(ok("x")));
    const Proxy proxy;
    const std::string url = origin.url("/");
    const std::string line = "GET " + url + " HTTP/1.1\r\n";
    const std::string host = "Host: a\r\n";
    const std::string post = "POST " + url + " HTTP/1.1\r\n" + host;
    const std::string rest = "\r\n0\r\n\r\nGET " + url + "smuggled HTTP/1.1\r\n" + host + "\r\n";
    struct Row {
        int status;
        std::string request;
    };
    for (const auto& [status, request] : std::vector<Row>{
             {400, "GARBAGE\r\n\r\n"},
             {400, "GET " + url + "\r\n\r\n"},
             {400, line + "\r\n"},                                    // no Host
             {400, line + host + host + "\r\n"},                      //
             {400, line + "Host: a b\r\n\r\n"},                       //
             {400, line + "Host : a\r\n\r\n"},                        //
             {400, line + host + "X-A : b\r\n\r\n"},                  //
             {400, line + host + " folded: x\r\n\r\n"},               //
             {400, line + host + "X: a\r\n b\r\n\r\n"},               //
             {400, line + host + "X: a\rb\r\n\r\n"},                  //
             {400, line + host + "X: a\nY: b\r\n\r\n"},               //
             {400, line + host + "\n"},                               //
             {400, "GET " + url + " HTTP/1.1\n" + host + "\r\n"},     //
             {400, line + host + std::string("X: a\0b\r\n\r\n", 10)}, //
             {400, line + host + "No colon\r\n\r\n"},                 //
             {400, line + host + ": empty\r\n\r\n"},                  //
             {400, line + host + "X(y): z\r\n\r\n"},                  //
             {400, "GET http://user@name@127.0.0.1/ HTTP/1.1\r\n" + host + "\r\n"},
             {400, "GET " + url + "\xc3\xa4 HTTP/1.1\r\n" + host + "\r\n"},
             {400, "GET ftp://127.0.0.1/ HTTP/1.1\r\n" + host + "\r\n"},
             {400, "GET http:/// HTTP/1.1\r\n" + host + "\r\n"},
             {400, "GET http://a:99999/ HTTP/1.1\r\n" + host + "\r\n"},
             {400, "CONNECT 127.0.0.1 HTTP/1.1\r\n" + host + "\r\n"},
             {400, "CONNECT http://127.0.0.1:1/ HTTP/1.1\r\n" + host + "\r\n"},
             {400, "GET 127.0.0.1:80 HTTP/1.1\r\n" + host + "\r\n"},
             {400, "\x16\x03\x01\x02"}, // a TLS handshake
             {400, post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" + rest},
             {400, post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n" + rest},
             {400, post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"},
             {400, post + "Content-Length: 5, 6\r\n\r\nhello!"},
             {400, post + "Content-Length: +5\r\n\r\nhello"},
             {400, post + "Content-Length: -1\r\n\r\n"},
             {400, post + "Content-Length: 0x5\r\n\r\nhello"},
             {400, post + "Content-Length: 5 5\r\n\r\nhello"},
             {400, post + "Content-Length: \r\n\r\n"},
             {400, post + "Content-Length: 99999999999999999999\r\n\r\n"},
             {400, post + "Transfer-Encoding: xchunked\r\n" + rest},
             {400, post + "Transfer-Encoding: chunked, identity\r\n" + rest},
             {400, post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" + rest},
             {400, post + "Transfer-Encoding: \vchunked\r\n" + rest},
             {400, "POST " + url + " HTTP/1.0\r\nTransfer-Encoding: chunked\r\n" + rest},
             {400, "TRACE " + url + " HTTP/1.1\r\n" + host + "Content-Length: 1\r\n\r\nx"},
             {400, "CONNECT " + origin.authority() + " HTTP/1.1\r\n" + host +
                       "Content-Length: 1\r\n\r\nx"},
             {414, "GET " + url + std::string(9000, 'x') + " HTTP/1.1\r\n" + host + "\r\n"},
             {417, line + host + "Expect: miracles\r\n\r\n"},
             {431, line + host + "X: " + std::string(70'000, 'x') + "\r\n\r\n"},
             {501, "GET https://127.0.0.1/ HTTP/1.1\r\n" + host + "\r\n"},
             {501, post + "Transfer-Encoding: gzip, chunked\r\n" + rest},
             {505, "GET " + url + " HTTP/2.0\r\n" + host + "\r\n"},
         }) {
        CAPTURE(request);
        Client client(proxy.port());
        client.send(request);
        client.finish();
        const auto answers = client.receive_rest();
        CHECK(answers.starts_with("HTTP/1.1 " + std::to_string(status) + " "));
        CHECK(answers.find("\nHTTP/1.1 ") == std::string::npos); // only one response
        CHECK(origin.connections() == 0);
    }
}

TEST_CASE("A body that turns out malformed is not forwarded as complete", "[proxy][robust]")
{
    const Proxy proxy;
    for (const std::string body :
         {"5\r\nhelloX\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "x\r\n", "-1\r\n\r\n",
          "0x5\r\nhello\r\n0\r\n\r\n", "5;a\rb\r\nhello\r\n0\r\n\r\n", "FFFFFFFFFFFFFFFFF\r\nhello",
          "5\r\nhello\r\n0\r\nBad Trailer: x\r\n\r\n", "\n5\r\nhello\r\n0\r\n\r\n"}) {
        CAPTURE(body);
        std::atomic<bool> got_all = false;
        const ScriptedOrigin origin([&](OriginClient& client) {
            if (!client.head().starts_with("POST")) return;
            got_all = !client.until("0\r\n\r\n").empty(); // must throw
            client.send(ok("whole"));
        });
        Client client(proxy.port());
        client.send("POST " + origin.url("/") +
                    " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                    "chunked\r\n\r\n" +
                    body);
        REQUIRE(client.receive().status == 400);
        CHECK_FALSE(got_all);
    }
}

TEST_CASE("A malformed response results in 502", "[proxy][robust]")
{
    const std::string good = "HTTP/1.1 200 OK\r\n";
    const Proxy proxy;
    for (const std::string& answer : std::vector<std::string>{
             "garbage\r\n\r\n",
             "HTTP/2 200 OK\r\n\r\n",
             "HTTP/1.1 20 OK\r\n\r\n",
             "HTTP/1.1 2000 OK\r\n\r\n",
             "HTTP/1.1  200 OK\r\n\r\n",
             "HTTP/1.1 600 OK\r\n\r\n",
             "HTTP/1.1 200 OK\n\n",
             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
             good + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             good + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
             good + "Content-Length: 5, 6\r\n\r\nhello!",
             good + "Content-Length: abc\r\n\r\nhello",
             good + "Content-Length: -5\r\n\r\nhello",
             good + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
             good + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
             good + "Transfer-Encoding: chunkedx\r\n\r\n0\r\n\r\n",
             good + "X : y\r\n\r\n",
             good + "X: y\r\n z\r\n\r\n",
             good + " X: y\r\n\r\n",
             good + "X: a\rb\r\n\r\n",
             good + "X: a\nY: b\r\n\r\n",
             good + "No colon\r\n\r\n",
             good + "X: " + std::string(70'000, 'x') + "\r\n\r\n",
             good + "X: y",
             "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             ""}) {
        CAPTURE(answer.substr(0, 200));
        const ScriptedOrigin origin([&](OriginClient& client) {
            client.head();
            client.send(answer);
        });
        Client client(proxy.port());
        client.send(grade::get_request(origin.url("/<script>")));
        const auto page = client.receive();
        CHECK(page.status == 502);
        CHECK_THAT(page.body, !Contains("<script>") && Contains(origin.authority()));
        CHECK_THAT(page.head, !Contains("\nX"));
    }
}

TEST_CASE("Too many interim responses result in 502", "[proxy][robust]")
{
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        for (int i = 0; i < 1000; ++i)
            client.send("HTTP/1.1 100 Continue\r\n\r\n");
        client.is_closed();
    });
    const Proxy proxy;
    const auto answer = proxy.ask("GET " + origin.url("/") + " HTTP/1.0\r\n\r\n");
    CHECK(answer.starts_with("HTTP/1.1 502 "));
}

TEST_CASE("Unrequested bytes are not taken as the next response", "[proxy][robust]")
{
    const ScriptedOrigin origin([](OriginClient& client) {
        const auto head = client.head();
        client.send(ok(head.substr(0, 6)) + ok("poison"));
        client.is_closed();
    });
    const Proxy proxy;
    Client client(proxy.port());
    for (int i = 0; i < 3; ++i) {
        client.send(grade::get_request(origin.url("/" + std::to_string(i))));
        CHECK(client.receive().body == "GET /" + std::to_string(i));
    }
}

TEST_CASE("A target's fragment and login, and equal lengths, go on in their plain form",
          "[proxy][robust][own]")
{
    std::string head;
    const ScriptedOrigin origin([&](OriginClient& client) {
        head = client.head();
        client.send(ok("x"));
    });
    Proxy proxy;
    Client client(proxy.port());
    client.send(
        "POST http://user:secret@" + origin.authority() +
        "/a?b#part HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\nContent-Length: 2\r\n\r\nhi");
    CHECK(client.receive().body == "x");
    CHECK(head.starts_with("POST /a?b HTTP/1.1\r\nHost: " + origin.authority() + "\r\n"));
    CHECK_THAT(head, Contains("\r\nAuthorization: Basic dXNlcjpzZWNyZXQ=\r\n") &&
                         Contains("\r\nContent-Length: 2\r\n") && !Contains("2, 2"));
    CHECK(proxy.ask("GET http://user:secret@a/ HTTP/9.9\r\n\r\n").starts_with("HTTP/1.1 "));
    for (int i = 0; i < 500 && proxy.process().out().find("HTTP/9.9") == std::string::npos; ++i)
        std::this_thread::sleep_for(10ms);
    CHECK_THAT(proxy.process().out(), Contains("http://...@a/") && !Contains("secret"));
}

TEST_CASE("A TLS handshake results in a log line with a hint", "[proxy][robust][own]")
{
    Proxy proxy;
    CHECK(proxy.ask("\x16\x03\x01\x02\x03\x04\xff\xfe\x80").starts_with("HTTP/1.1 400 "));
    for (int i = 0; i < 500 && proxy.process().out().find('\n') == std::string::npos; ++i)
        std::this_thread::sleep_for(10ms);
    CHECK_THAT(proxy.process().out(), Contains(" TLS, not HTTP: ") && !Contains("\\x"));
}

TEST_CASE("A lower limit on open files is reported at the start", "[proxy][robust][own]")
{
    const std::string command =
        "sh -c 'ulimit -n 100; exec \"$0\" \"$@\"' " + grade::command_of("PROXY");
    Proxy proxy({}, command);
    CHECK_THAT(proxy.process().err(), Contains("clients at once: the limit on open files"));
    Proxy usual;
    CHECK_THAT(usual.process().err(), !Contains("limit"));
}

TEST_CASE("An unknown host name results in an error page with the name", "[proxy][robust]")
{
    const Proxy proxy;
    const auto answer = proxy.get("http://no-such-host.invalid/");
    CHECK((answer.status == 502 || answer.status == 504)); // 504: no name server is reachable
    CHECK_THAT(answer.body, Contains("no-such-host.invalid"));
}

TEST_CASE("A silent origin results in 504 after the time-out", "[proxy][robust][own]")
{
    const ScriptedOrigin origin([](OriginClient& client) { client.is_closed(); });
    const Proxy proxy({"--answer-timeout=0.2"});
    const auto answer = proxy.get(origin.url("/"));
    CHECK(answer.status == 504);
    CHECK_THAT(answer.field("Proxy-Status"), Contains("error=http_response_timeout"));
}

TEST_CASE("An origin that trickles its head does not extend the time-out", "[proxy][robust][own]")
{
    const ScriptedOrigin origin([](OriginClient& client) {
        client.head();
        client.send("HTTP/1.1 200 OK\r\nX: ");
        while (true) {
            client.send("x");
            std::this_thread::sleep_for(10ms);
        }
    });
    const Proxy proxy({"--answer-timeout=0.5"});
    CHECK(proxy.get(origin.url("/")).status == 504);
}

TEST_CASE("A slow peer that keeps reading does not time out", "[proxy][robust][own]")
{
    constexpr std::size_t size = 20'000'000;       // more than the kernels' buffers hold
    constexpr std::size_t slowly_read = 2'400'000; // in three times the proxy's time-out
    const auto read_slowly = [](OriginClient& peer) {
        constexpr std::size_t at_once = 20'000;
        for (std::size_t count = 0; count < slowly_read; count += at_once) {
            static_cast<void>(peer.bytes(at_once));
            std::this_thread::sleep_for(50ms);
        }
    };
    const Proxy proxy({"--body-timeout=2", "--answer-timeout=2"});

    SECTION("a client")
    {
        const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) +
                                   "\r\n" + GENERATE("", "Cache-Control: no-store\r\n") + "\r\n";
        const ScriptedOrigin origin(grade::answering(answer + std::string(size, 'x')));
        Client client(proxy.port());
        client.send(grade::get_request(origin.url("/")));
        OriginClient peer(client.stream());
        CHECK(peer.head().starts_with("HTTP/1.1 200 "));
        read_slowly(peer);
        CHECK(peer.bytes(size - slowly_read).size() == size - slowly_read);
    }
    SECTION("an origin, while the request's body is arriving or has all been sent")
    {
        const bool is_large = GENERATE(true, false);
        const std::size_t length = is_large ? size : slowly_read;
        const ScriptedOrigin origin([&](OriginClient& peer) {
            peer.head();
            read_slowly(peer);
            static_cast<void>(peer.bytes(length - slowly_read));
            peer.send(ok("thanks"));
        });
        Client client(proxy.port());
        client.send("POST " + origin.url("/") + " HTTP/1.1\r\nHost: a.example\r\n" +
                    "Content-Length: " + std::to_string(length) + "\r\n\r\n" +
                    std::string(length, 'x'));
        CHECK(client.receive().body == "thanks");
    }
}

TEST_CASE("A body that stalls times out, without a clean end", "[proxy][robust][own]")
{
    const ScriptedOrigin origin([](OriginClient& client) {
        client.head();
        client.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        client.is_closed();
    });
    const Proxy proxy({"--body-timeout=0.3"});
    const auto answer = proxy.ask(grade::get_request(origin.url("/")));
    CHECK(answer.ends_with("hello"));
}

TEST_CASE("A wait for an origin ends at once when the client has reset its connection",
          "[proxy][robust][own]")
{
    const std::string fields =
        GENERATE("-", "Cache-Control: no-store\r\n", "Cache-Control: max-age=9\r\n");
    const bool begins = fields != "-"; // its response begins, then stalls
    CAPTURE(fields);
    std::promise<bool> is_closed;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        if (begins) client.send("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 10\r\n\r\nhello");
        is_closed.set_value(client.is_closed());
    });
    const Proxy proxy;
    {
        Client client(proxy.port());
        client.send(grade::get_request(origin.url("/")));
        if (begins)
            CHECK(OriginClient(client.stream()).until("hello").ends_with("hello"));
        else
            while (origin.connections() == 0)
                std::this_thread::sleep_for(1ms);
        client.stream().end_with_reset();
    }
    auto closed = is_closed.get_future();
    REQUIRE(closed.wait_for(5s) == std::future_status::ready);
    CHECK(closed.get());
}

TEST_CASE("A follower that has left is not waited for", "[proxy][robust][own]")
{
    std::promise<void> over;
    const ScriptedOrigin origin([&, end = over.get_future().share()](OriginClient& client) {
        client.head();
        client.send(
            "HTTP/1.1 200 OK\r\nCache-Control: max-age=9\r\nContent-Length: 10\r\n\r\nhello");
        end.wait();
    });
    const Proxy proxy({"--cache-dir=none"});
    auto clients = [client = Client(proxy.port())]() mutable {
        client.send("GET /status.json HTTP/1.1\r\nHost: localhost\r\n\r\n");
        const auto status = client.receive().body;
        const auto at = status.find("\"clients\":");
        REQUIRE(at != std::string::npos);
        return std::stoi(status.substr(at + 10));
    };
    Client leader(proxy.port());
    leader.send(grade::get_request(origin.url("/")));
    static_cast<void>(OriginClient(leader.stream()).until("hello"));
    {
        Client follower(proxy.port());
        follower.send(grade::get_request(origin.url("/")));
        static_cast<void>(OriginClient(follower.stream()).until("hello"));
        CHECK(clients() == 3);
        follower.stream().end_with_reset();
    }
    for (int i = 0; i < 500 && clients() == 3; ++i)
        std::this_thread::sleep_for(10ms);
    CHECK(clients() == 2);
    over.set_value();
}

TEST_CASE("A slow head or body gets 408; an idle connection is closed without a response",
          "[proxy][robust][own]")
{
    const ScriptedOrigin origin([](OriginClient& client) { client.is_closed(); });
    const Proxy proxy({"--head-timeout=0.3", "--idle-timeout=0.3", "--body-timeout=0.3"});
    Client silent(proxy.port());
    Client half(proxy.port());
    half.send("GET http://a/ HTTP/1.1\r\nHost:");
    Client late(proxy.port());
    late.send("POST " + origin.url("/") + " HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhello");
    CHECK(half.receive().status == 408);
    CHECK(late.receive().status == 408);
    CHECK(silent.receive_rest().empty());
}

TEST_CASE("A request to the proxy itself gets its own page, which ends a loop", "[proxy][extra]")
{
    const Proxy proxy;
    const std::string own = "127.0.0.1:" + std::to_string(proxy.port());
    Client client(proxy.port());
    client.send("GET / HTTP/1.1\r\nHost: " + own + "\r\n\r\n");
    REQUIRE(client.receive().status == 200);
    CHECK(proxy.get("http://" + own + "/").status == 200);
    const auto post = proxy.ask("POST / HTTP/1.1\r\nHost: " + own +
                                "\r\nContent-Length: 0\r\n"
                                "Connection: close\r\n\r\n");
    CHECK(post.starts_with("HTTP/1.1 405 "));
    CHECK_THAT(post, Contains("Allow: GET"));
}

TEST_CASE("A request that returns to the proxy gets 508", "[proxy][robust][own]")
{
    const auto port = grade::free_port(); // the proxy is its own parent
    grade::Process process(grade::command_of("PROXY") + " " + std::to_string(port) +
                               " --parent 127.0.0.1:" + std::to_string(port),
                           {}, "/");
    for (const auto end = net::Deadline::in(10s); !end.passed();)
        try {
            const Client probe(port);
            break;
        } catch (const net::Error&) {
            std::this_thread::yield();
        }
    Client client(port);
    client.send("GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n");
    CHECK(client.receive().status == 508);
    client.send("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n");
    CHECK(client.receive().status == 508);
}

TEST_CASE("Every request goes to the parent proxy", "[proxy][extra][own]")
{
    const ScriptedOrigin origin(grade::answering(ok("from the origin")));
    const Proxy parent;
    const Proxy proxy({"--parent", "127.0.0.1:" + std::to_string(parent.port())});
    const auto answer = proxy.get(origin.url("/"));
    CHECK(answer.body == "from the origin");
    CHECK(answer.head.find("Via: ") != answer.head.rfind("Via: ")); // of both proxies

    Client client(proxy.port());
    client.send("CONNECT " + origin.authority() + " HTTP/1.1\r\nHost: a\r\n\r\n");
    OriginClient peer(client.stream());
    CHECK(peer.head().starts_with("HTTP/1.1 200 "));
    peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK_THAT(peer.until("origin"), Contains("from the origin"));

    const auto port = grade::free_port();
    Client refused(proxy.port());
    refused.send("CONNECT 127.0.0.1:" + std::to_string(port) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(refused.receive().status == 502);
}

TEST_CASE("After SIGINT or SIGTERM, the proxy finishes responses in progress",
          "[proxy][robust][own]")
{
    const int signal = GENERATE(SIGINT, SIGTERM);
    Proxy proxy;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        proxy.process().signal(signal);
        client.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        client.send("hello");
    });
    const Client idle(proxy.port());
    CHECK(proxy.get(origin.url("/")).body == "hello");
    const auto outcome = proxy.process().wait(net::Deadline::in(10s));
    REQUIRE(outcome);
    CHECK(outcome->status == 0);
}

TEST_CASE("After SIGTERM, the proxy finishes an upload in progress", "[proxy][robust][own]")
{
    std::atomic<bool> has_begun = false;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        client.bytes(1);
        has_begun = true;
        client.bytes(9);
        client.send(ok("whole"));
    });
    Proxy proxy;
    Client client(proxy.port());
    client.send("POST " + origin.url("/") + " HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nh");
    for (const auto end = net::Deadline::in(10s); !has_begun && !end.passed();)
        std::this_thread::yield();
    proxy.process().signal(SIGTERM);
    for (const auto end = net::Deadline::in(10s); !end.passed();)
        try { // until the proxy has closed its port
            const Client probe(proxy.port());
        } catch (const net::Error&) {
            break;
        }
    client.send("ello worl");
    CHECK(client.receive().body == "whole");
    const auto outcome = proxy.process().wait(net::Deadline::in(10s));
    REQUIRE(outcome);
    CHECK(outcome->status == 0);
}

TEST_CASE("After SIGTERM, the proxy does not wait for tunnels", "[proxy][robust][own]")
{
    const ScriptedOrigin origin([&](OriginClient& client) { client.is_closed(); });
    Proxy proxy;
    Client client(proxy.port());
    client.send("CONNECT " + origin.authority() + " HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(OriginClient(client.stream()).head().starts_with("HTTP/1.1 200 "));
    proxy.process().signal(SIGTERM);
    const auto outcome = proxy.process().wait(net::Deadline::in(8s)); // less than the grace period
    REQUIRE(outcome);
    CHECK(outcome->status == 0);
}

TEST_CASE("After SIGTERM, the proxy exits in time even with silent peers", "[proxy][robust][own]")
{
    std::atomic<bool> is_over = false;
    std::atomic<int> asked = 0;
    const auto be_silent = [&is_over] {
        while (!is_over)
            std::this_thread::sleep_for(1ms);
    };
    const ScriptedOrigin silent([&](OriginClient& client) {
        const auto head = client.head();
        ++asked;
        if (head.find("/body") != std::string::npos)
            client.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 9\r\n"
                        "\r\nx");
        if (head.find("/stale") != std::string::npos && head.find("If-None") == std::string::npos)
            return client.send(ok("old", "Cache-Control: max-age=1, stale-while-revalidate=600\r\n"
                                         "Age: 5\r\nETag: \"a\"\r\n"));
        be_silent();
    });
    const ScriptedOrigin deaf([&](OriginClient&) { be_silent(); }); // the origin of a tunnel
    struct Over {
        std::atomic<bool>& is_over;
        ~Over() { is_over = true; }
    } const over{is_over};
    Proxy proxy;
    std::list<Client> clients;
    for (const char* const path : {"/body", "/body", "/silent"}) // the second is a follower
        clients.emplace_back(proxy.port()).send(grade::get_request(silent.url(path)));
    Client& tunnel = clients.emplace_back(proxy.port());
    tunnel.send("CONNECT " + deaf.authority() + " HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(OriginClient(tunnel.stream()).head().starts_with("HTTP/1.1 200 "));
    CHECK(proxy.get(silent.url("/stale")).body == "old");
    CHECK(proxy.get(silent.url("/stale")).body == "old"); // its revalidation never ends
    for (const auto end = net::Deadline::in(10s); asked < 4;)
        REQUIRE_FALSE(end.passed());
    proxy.process().signal(SIGTERM);
    const auto outcome = proxy.process().wait(net::Deadline::in(14s));
    REQUIRE(outcome);
    CHECK(outcome->status == 0);
}

TEST_CASE("A response is abandoned when its client disconnects", "[proxy][robust][own]")
{
    std::atomic<bool> is_broken = false;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        client.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nCache-Control: no-store\r\n\r\nx");
        is_broken = client.is_closed(); // sends nothing meanwhile
    });
    const Proxy proxy;
    {
        Client client(proxy.port());
        client.send(grade::get_request(origin.url("/")));
        CHECK(OriginClient(client.stream()).head().starts_with("HTTP/1.1 200 "));
        client.stream().end_with_reset();
    }
    for (const auto end = net::Deadline::in(10s); !is_broken && !end.passed();)
        std::this_thread::sleep_for(1ms);
    CHECK(is_broken);
}

TEST_CASE("After SIGHUP a renamed log is closed and a new one opened", "[proxy][extra][own]")
{
    const ScriptedOrigin origin(grade::answering(ok("x")));
    const grade::ScratchFolder logs;
    const auto log = logs.path() / "log";
    const auto wait_for = [&](const std::string& path) { // the line is written after the response
        for (const auto end = net::Deadline::in(10s);
             grade::content_of(log).find(path) == std::string::npos && !end.passed();)
            std::this_thread::sleep_for(1ms);
    };
    Proxy proxy({"--log", log.string()});
    CHECK(proxy.get(origin.url("/first")).status == 200);
    wait_for("/first");
    std::filesystem::rename(log, logs.path() / "log.1");
    proxy.process().signal(SIGHUP);
    for (const auto end = net::Deadline::in(10s); !std::filesystem::exists(log) && !end.passed();)
        std::this_thread::sleep_for(1ms);
    CHECK(proxy.get(origin.url("/second")).status == 200);
    wait_for("/second");
    CHECK_THAT(grade::content_of(logs.path() / "log.1"),
               Contains("/first") && !Contains("/second"));
    CHECK_THAT(grade::content_of(log), Contains("/second") && !Contains("/first"));
}

TEST_CASE("Each request is logged in one line that no client can forge", "[proxy][extra][own]")
{
    const ScriptedOrigin origin(grade::answering(ok("12345")));
    Proxy proxy;
    CHECK_FALSE(proxy.ask("GET " + origin.url("/\"\x1b[31m") + " HTTP/1.0\r\n\r\n").empty());
    CHECK_FALSE(proxy.ask("GET " + origin.url("/a") + " HTTP/1.0\r\n\r\n").empty());
    CHECK_FALSE(proxy.ask("GET http://forged/ 200 1 B 0.1 s hit\r\n\r\n").empty());
    proxy.process().signal(SIGTERM);
    const auto outcome = proxy.process().wait(net::Deadline::in(10s));
    REQUIRE(outcome);
    CHECK_THAT(outcome->out, Contains(" 127.0.0.1 GET " + origin.url("/a") + " 200 5 B "));
    CHECK_THAT(outcome->out, !Contains("\x1b"));
    CHECK_THAT(outcome->out, !Contains("http://forged/ 200 "));
}
