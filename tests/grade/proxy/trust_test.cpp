// One client's or origin's actions must not affect the response to another client.
#include "catch.h"

#include <atomic>

#include "common/error.h"
#include "tests/grade/peers/origin.h"
#include "tests/grade/proxy/cache_cases.h"

using grade::check_cases;
using grade::Client;
using grade::fresh;
using grade::ok;
using grade::OriginClient;
using grade::Proxy;
using grade::ScriptedOrigin;
using grade::stale;
using enum grade::Step::Expect;
using namespace std::chrono_literals;

namespace {

std::string with_content(const std::string& method, const std::string& url,
                         const std::string& content, const std::string& fields = {})
{
    return method + " " + url + " HTTP/1.1\r\nHost: a\r\n" + fields +
           "Content-Length: " + std::to_string(content.size()) + "\r\n\r\n" + content;
}

} // namespace

TEST_CASE("A request with content is not revalidated in the background",
          "[proxy][cache][robust][own]")
{
    std::atomic<int> asked = 0;
    std::atomic<int> incomplete = 0;
    const ScriptedOrigin origin([&](OriginClient& client) {
        for (auto head = client.head(); !head.empty(); head = client.head()) {
            ++asked;
            if (head.find("Content-Length: 5") != std::string::npos) try {
                    if (client.bytes(5) != "hello") ++incomplete;
                } catch (const net::Error&) {
                    ++incomplete;
                }
            client.send(ok("page", "Cache-Control: max-age=1, stale-while-revalidate=600\r\n"
                                   "Age: 5\r\n"));
        }
    });
    const Proxy proxy;
    REQUIRE(proxy.get(origin.url("/")).body == "page");
    Client client(proxy.port());
    client.send(with_content("GET", origin.url("/"), "hello"));
    CHECK(client.receive().body == "page");
    CHECK(asked == 2); // this client's request, with its content
    CHECK(incomplete == 0);
    CHECK(proxy.get(origin.url("/other")).body == "page");
}

TEST_CASE("A request's content is sent once, even when a response is stored", "[proxy][cache][own]")
{
    const std::string tag = "ETag: \"a\"\r\n";
    check_cases({
        {"with a stale response",
         {{.reply = stale + tag},
          {.reply = fresh + tag, .content = "hello", .forwarded_lacks = "If-None-Match"},
          {.expect = etag, .status = 304, .expected = 200}}},
        {"with a fresh response",
         {{.reply = fresh + tag},
          {.reply = fresh, .content = "hello", .response_has = "; fwd=bypass"},
          {.expect = hit}}},
        {"with a stored part",
         {{.request = "Range: bytes=0-4\r\n",
           .reply = fresh + tag + "Content-Range: bytes 0-4/10\r\n",
           .status = 206,
           .body = "01234"},
          {.reply = fresh, .content = "hello", .forwarded_lacks = "Range"}}},
    });
}

TEST_CASE("A rest of the wrong length does not complete a stored part",
          "[proxy][cache][robust][own]")
{
    const std::string forged = "56789HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";
    const std::string rest =
        GENERATE_COPY("Content-Length: " + std::to_string(forged.size()) + "\r\n\r\n" + forged,
                      "Content-Length: 2\r\n\r\n56",
                      "Transfer-Encoding: chunked\r\n\r\n5\r\n56789\r\n34\r\n" +
                          forged.substr(0, 0x34) + "\r\n0\r\n\r\n",
                      std::string("Transfer-Encoding: chunked\r\n\r\n2\r\n56\r\n0\r\n\r\n"));
    const std::string fields = "Cache-Control: max-age=60\r\nETag: \"a\"\r\n";
    const std::string part = "HTTP/1.1 206 Partial Content\r\n" + fields + "Content-Range: bytes ";
    const ScriptedOrigin origin([&](OriginClient& client) {
        for (auto head = client.head(); !head.empty(); head = client.head()) {
            if (head.find("bytes=0-4") != std::string::npos)
                client.send(part + "0-4/10\r\nContent-Length: 5\r\n\r\n01234");
            else if (head.find("bytes=5-") != std::string::npos)
                client.send(part + "5-9/10\r\n" + rest);
            else
                client.send(ok("0123456789", fields));
        }
    });
    const Proxy proxy;
    REQUIRE(proxy.get(origin.url("/"), "Range: bytes=0-4\r\n").body == "01234");
    Client client(proxy.port());
    client.send(grade::get_request(origin.url("/")) + grade::get_request(origin.url("/next")));
    client.finish();
    const std::string got = client.receive_rest();
    CHECK_THAT(got, !Contains("forged"));
    const auto body = got.substr(got.find("\r\n\r\n") + 4, 11);
    CHECK(
        (body == "0123456789H" || body.find("HTTP") == std::string::npos)); // or the response ends
}

TEST_CASE("An unread request body is not taken as a request", "[proxy][robust][own]")
{
    const ScriptedOrigin origin(grade::answering(ok("page", fresh)));
    const grade::ScratchFolder folder;
    const Proxy proxy({"--auth", "user:" + folder.write("password", "secret\n").string()});
    const Proxy open_to_all;
    REQUIRE(open_to_all.get(origin.url("/")).body == "page");
    const std::string inner = "GET /inner HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (const auto& request : {
             with_content("OPTIONS", origin.url("/"), inner, "Max-Forwards: 0\r\n"),
             with_content("GET", origin.url("/"), inner, "Cache-Control: only-if-cached\r\n"),
             with_content("GET", origin.url("/"), inner, "Expect: miracles\r\n"),
             with_content("GET", "/", inner),
             with_content("POST", "/", inner),
         }) {
        CAPTURE(request);
        Client client(open_to_all.port());
        client.send(request);
        client.finish();
        const auto got = client.receive_rest();
        CHECK_THAT(got, Contains("\r\nConnection: close\r\n"));
        CHECK(got.find("HTTP/1.1 ", 1) == std::string::npos);
    }
    Client stranger(proxy.port());
    stranger.send(with_content("POST", origin.url("/"), inner));
    stranger.finish();
    const auto got = stranger.receive_rest();
    CHECK(got.starts_with("HTTP/1.1 407 "));
    CHECK(got.find("HTTP/1.1 ", 1) == std::string::npos);
}

TEST_CASE("A connection that carried content serves no other request", "[proxy][robust]")
{
    const ScriptedOrigin origin([](OriginClient& client) {
        for (auto head = client.head(); !head.empty(); head = client.head()) // content: not read
            client.send(ok(head.find(" /evil ") == std::string::npos ? "page" : "evil"));
    });
    const Proxy proxy;
    const std::string begun = "GET /evil HTTP/1.1\r\nHost: a\r\nX: ";
    std::size_t connections = 0;
    Client victim(proxy.port()); // each of its requests begins after the last one's end
    for (const char* method : {"GET", "DELETE", "OPTIONS", "FOO", "POST", "PUT", "PROPFIND"}) {
        CAPTURE(method);
        Client attacker(proxy.port());
        attacker.send(with_content(method, origin.url("/"), begun));
        CHECK(attacker.receive().status == 200);
        victim.send(grade::get_request(origin.url("/page"), "Cache-Control: no-store\r\n"));
        CHECK(victim.receive().body == "page");
        ++connections;
    }
    CHECK(origin.connections() == connections + 1); // one serves all requests without content
}

TEST_CASE("A response that turns out to be private is no longer shared", "[proxy][cache][own]")
{
    const std::string tag = "ETag: \"a\"\r\n";
    const std::string secret = "Cache-Control: private, max-age=3600\r\n";
    check_cases({
        {"a 304 says private",
         {{.reply = stale + tag},
          {.reply = secret,
           .expect = etag,
           .status = 304,
           .expected = 200,
           .response_has = "fwd-status=304; detail=\"private\""},
          {.reply = fresh, .expect = miss, .forwarded_lacks = "If-None-Match"}}},
        {"a 304 says no-store",
         {{.reply = stale + tag},
          {.reply = "Cache-Control: no-store\r\n", .expect = etag, .status = 304, .expected = 200},
          {.reply = fresh, .expect = miss, .forwarded_lacks = "If-None-Match"}}},
        {"the response to a HEAD says private",
         {{.reply = fresh + tag},
          {.request = "Cache-Control: no-cache\r\n", .reply = secret + tag, .method = "HEAD"},
          {.reply = fresh, .expect = miss}}},
        {"a 304 sets a cookie for one client",
         {{.reply = stale + tag},
          {.reply = fresh + "Set-Cookie: own=1\r\n",
           .expect = etag,
           .status = 304,
           .expected = 200,
           .response_has = "\r\nSet-Cookie: own=1\r\n"},
          {.expect = hit, .response_lacks = "Set-Cookie"}}},
        {"a 304 replaces the cookie that was stored",
         {{.reply = stale + tag + "Set-Cookie: theme=1\r\n"},
          {.reply = fresh + "Set-Cookie: own=1\r\n",
           .expect = etag,
           .status = 304,
           .expected = 200,
           .response_has = "\r\nSet-Cookie: own=1\r\n",
           .response_lacks = "theme"},
          {.expect = hit, .response_lacks = "Set-Cookie"}}},
        {"a 304 for a login does not update the shared response",
         {{.reply = stale + tag},
          {.request = "Authorization: Basic eDp5\r\n",
           .reply = fresh,
           .expect = etag,
           .status = 304,
           .expected = 200},
          {.reply = fresh, .expect = etag, .status = 304, .expected = 200}}},
    });
}

TEST_CASE("An ambiguous 304 does not validate the stored response", "[proxy][cache][own]")
{
    check_cases({
        {"no validator",
         {{.reply = stale + "ETag: \"a\"\r\n"},
          {.request = "If-None-Match: \"b\"\r\n",
           .reply = fresh,
           .status = 304,
           .forwarded_has = "If-None-Match: \"b\"\r\n",
           .forwarded_lacks = "\"a\""}, // the retry has only the client's tag
          {.reply = fresh, .expect = etag, .forwarded_has = "If-None-Match: \"a\"\r\n"}}},
    });
}

TEST_CASE("A personal response is validated for each request", "[proxy][cache][own]")
{
    const std::string tag = "ETag: \"a\"\r\n";
    const std::string cookie = "Cookie: who=me\r\n";
    check_cases({
        {"requested with a cookie, and the origin fails",
         {{.request = cookie, .reply = tag},
          {.expected = 502, .response_body = "", .origin_closes = true}}},
        {"set a cookie, and the origin fails",
         {{.reply = tag + "Set-Cookie: me=1\r\n"},
          {.expected = 502, .response_body = "", .origin_closes = true}}},
        {"with max-stale",
         {{.request = cookie, .reply = tag},
          {.request = "Cache-Control: max-stale\r\n",
           .expect = etag,
           .status = 304,
           .expected = 200}}},
        {"validated for another client",
         {{.reply = tag + "Set-Cookie: me=1\r\n"},
          {.expect = etag, .status = 304, .expected = 200, .response_lacks = "Set-Cookie"}}},
        {"with an explicit lifetime",
         {{.request = cookie, .reply = stale + tag},
          {.request = "Cache-Control: max-stale\r\n", .expect = hit}}},
    });
}

TEST_CASE("Range applies to GET only, after the conditions", "[proxy][cache][own]")
{
    const std::string tag = "ETag: \"a\"\r\n";
    check_cases({
        {"HEAD",
         {{.reply = fresh + tag},
          {.request = "Range: bytes=0-1\r\n",
           .expect = hit,
           .method = "HEAD",
           .response_lacks = "Content-Range"}}},
        {"a part that the client has",
         {{.request = "Range: bytes=0-4\r\n",
           .reply = fresh + tag + "Content-Range: bytes 0-4/10\r\n",
           .status = 206,
           .body = "01234"},
          {.request = "Range: bytes=0-4\r\nIf-None-Match: \"a\"\r\n",
           .expect = hit,
           .status = 304,
           .response_lacks = "Content-Range"}}},
    });
}
