// What one client or one origin does must not become another's answer.
#include <catch2/catch.hpp>

#include <atomic>

#include "common/error.h"
#include "tests/grade/proxy/cache_cases.h"

using Catch::Matchers::Contains;
using grade::check_cases;
using grade::Client;
using grade::fresh;
using grade::OriginClient;
using grade::Proxy;
using grade::ScriptedOrigin;
using grade::stale;
using enum grade::Step::Expect;
using namespace std::chrono_literals;

namespace {

std::string ok(const std::string& body, const std::string& fields = {})
{
    return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

std::string with_content(const std::string& method, const std::string& url,
                         const std::string& content, const std::string& fields = {})
{
    return method + " " + url + " HTTP/1.1\r\nHost: a\r\n" + fields +
           "Content-Length: " + std::to_string(content.size()) + "\r\n\r\n" + content;
}

} // namespace

TEST_CASE("A request with content is not confirmed behind the client's back",
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
    CHECK(asked == 2); // for this client, with its content
    CHECK(incomplete == 0);
    CHECK(proxy.get(origin.url("/other")).body == "page");
}

TEST_CASE("A request's content is sent once, whatever is stored", "[proxy][cache][own]")
{
    const std::string tag = "ETag: \"a\"\r\n";
    check_cases({
        {"with something stale",
         {{.reply = stale + tag},
          {.reply = fresh + tag, .content = "hello", .not_asked = "If-None-Match"},
          {.expect = etag, .status = 304, .expected = 200}}},
        {"with something fresh",
         {{.reply = fresh + tag},
          {.reply = fresh, .content = "hello", .sees = "; fwd=bypass"},
          {.expect = hit}}},
        {"with a part",
         {{.request = "Range: bytes=0-4\r\n",
           .reply = fresh + tag + "Content-Range: bytes 0-4/10\r\n",
           .status = 206,
           .body = "01234"},
          {.reply = fresh, .content = "hello", .not_asked = "Range"}}},
    });
}

TEST_CASE("The rest of a page that is not as long as it says is not sent behind the stored part",
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
    CHECK((body == "0123456789H" || body.find("HTTP") == std::string::npos)); // or it ends there
}

TEST_CASE("A body that nobody has read is no request", "[proxy][robust][own]")
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

TEST_CASE("What is found out not to be for all is not kept for all", "[proxy][cache][own]")
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
           .sees = "fwd-status=304; detail=\"private\""},
          {.reply = fresh, .expect = miss, .not_asked = "If-None-Match"}}},
        {"a 304 says no-store",
         {{.reply = stale + tag},
          {.reply = "Cache-Control: no-store\r\n", .expect = etag, .status = 304, .expected = 200},
          {.reply = fresh, .expect = miss, .not_asked = "If-None-Match"}}},
        {"the answer to a HEAD says private",
         {{.reply = fresh + tag},
          {.request = "Cache-Control: no-cache\r\n", .reply = secret + tag, .method = "HEAD"},
          {.reply = fresh, .expect = miss}}},
        {"a 304 brings a cookie for one",
         {{.reply = stale + tag},
          {.reply = fresh + "Set-Cookie: own=1\r\n",
           .expect = etag,
           .status = 304,
           .expected = 200,
           .sees = "\r\nSet-Cookie: own=1\r\n"},
          {.expect = hit, .misses = "Set-Cookie"}}},
        {"a login's 304 makes nothing fresh for those without",
         {{.reply = stale + tag},
          {.request = "Authorization: Basic eDp5\r\n",
           .reply = fresh,
           .expect = etag,
           .status = 304,
           .expected = 200},
          {.reply = fresh, .expect = etag, .status = 304, .expected = 200}}},
    });
}

TEST_CASE("A 304 that may be about the client's own tags confirms nothing", "[proxy][cache][own]")
{
    check_cases({
        {"no validator",
         {{.reply = stale + "ETag: \"a\"\r\n"},
          {.request = "If-None-Match: \"b\"\r\n",
           .reply = fresh,
           .status = 304,
           .asked = "If-None-Match: \"b\"\r\n",
           .not_asked = "\"a\""}, // at last: the question is put once more
          {.reply = fresh, .expect = etag, .asked = "If-None-Match: \"a\"\r\n"}}},
    });
}

TEST_CASE("A page made for one person is for confirmation only", "[proxy][cache][own]")
{
    const std::string tag = "ETag: \"a\"\r\n";
    const std::string cookie = "Cookie: who=me\r\n";
    check_cases({
        {"asked for with a cookie, and the origin is gone",
         {{.request = cookie, .reply = tag}, {.expected = 502, .gets = "", .is_gone = true}}},
        {"set a cookie, and the origin is gone",
         {{.reply = tag + "Set-Cookie: me=1\r\n"}, {.expected = 502, .gets = "", .is_gone = true}}},
        {"wanted at any age",
         {{.request = cookie, .reply = tag},
          {.request = "Cache-Control: max-stale\r\n",
           .expect = etag,
           .status = 304,
           .expected = 200}}},
        {"confirmed for somebody else",
         {{.reply = tag + "Set-Cookie: me=1\r\n"},
          {.expect = etag, .status = 304, .expected = 200, .misses = "Set-Cookie"}}},
        {"with a lifetime that was meant",
         {{.request = cookie, .reply = stale + tag},
          {.request = "Cache-Control: max-stale\r\n", .expect = hit}}},
    });
}

TEST_CASE("Ranges are for GET, and come after conditions", "[proxy][cache][own]")
{
    const std::string tag = "ETag: \"a\"\r\n";
    check_cases({
        {"HEAD",
         {{.reply = fresh + tag},
          {.request = "Range: bytes=0-1\r\n",
           .expect = hit,
           .method = "HEAD",
           .misses = "Content-Range"}}},
        {"a part that the client has",
         {{.request = "Range: bytes=0-4\r\n",
           .reply = fresh + tag + "Content-Range: bytes 0-4/10\r\n",
           .status = 206,
           .body = "01234"},
          {.request = "Range: bytes=0-4\r\nIf-None-Match: \"a\"\r\n",
           .expect = hit,
           .status = 304,
           .misses = "Content-Range"}}},
    });
}
