#include "proxy/message/forwarded_head.h"

#include "catch.h"

#include "common/http/date.h"

using proxy::NextHop;
using proxy::outgoing_request;
using proxy::Request;

namespace {

constexpr std::string_view me = "proxy-me";

/// The head sent to the next hop.
std::string forwarded(const std::string& head, NextHop next = NextHop::origin)
{
    return outgoing_request(Request(head), me, next).text();
}

std::string get(const std::string& fields)
{
    return "GET http://a.example/x HTTP/1.1\r\nHost: a.example\r\n" + fields + "\r\n";
}

std::string answered(const std::string& head, std::string_view method = "GET",
                     NextHop from = NextHop::origin)
{
    const auto parsed = http::parse_response(head, method);
    const auto response =
        proxy::incoming_response(std::get<http::ReceivedResponse>(parsed), me, from, http::now());
    std::string text = std::to_string(response.status) + " " + response.reason + "\n";
    for (const auto& [name, value] : response.fields)
        text += name + ": " + value + "\n";
    return text;
}

} // namespace

TEST_CASE("User information of the target becomes a login", "[proxy][forwarding]")
{
    struct Row {
        std::string userinfo, fields, login;
    };
    const auto row = GENERATE(values<Row>({
        {"u:p@", "", "\r\nAuthorization: Basic dTpw\r\n"},
        {"u@", "", "\r\nAuthorization: Basic dTo=\r\n"},
        {"@", "", "\r\nAuthorization: Basic Og==\r\n"},
        {"u:p%40%3A@", "", "\r\nAuthorization: Basic dTpwQDo=\r\n"},
        {"u:p@", "Authorization: Bearer x\r\n", "\r\nAuthorization: Bearer x\r\n"},
        {"", "", ""},
    }));
    CAPTURE(row.userinfo);
    const Request request("GET http://" + row.userinfo +
                          "a.example/x HTTP/1.1\r\nHost: a.example\r\n" + row.fields + "\r\n");
    REQUIRE(request.target());
    CHECK(request.target()->url == "http://a.example/x");
    CHECK(request.head().target == "http://a.example/x");
    CHECK_THAT(request.text(), !Contains("@"));
    const auto head = outgoing_request(request, me, NextHop::parent).text();
    CHECK(head.starts_with("GET http://a.example/x HTTP/1.1\r\nHost: a.example\r\n"));
    CHECK_THAT(head, Contains(row.login));
    CHECK((head.find("Basic") != std::string::npos) ==
          (row.login.find("Basic") != std::string::npos));
}

TEST_CASE("A login for which there is no room is dropped, not the request", "[proxy][forwarding]")
{
    std::string head = "GET http://u:p@a.example/ HTTP/1.1\r\nHost: a\r\n";
    for (std::size_t i = 1; i < http::max_fields; ++i)
        head += "X: 1\r\n";
    CHECK(Request(head + "\r\n").head().target == "http://a.example/");
}

TEST_CASE("A password does not reach the log, even in a malformed line", "[proxy][forwarding]")
{
    for (const auto& [line, shown] : std::vector<std::pair<std::string, std::string>>{
             {"GET http://a.example/ HTTP/1.1", "GET http://a.example/ HTTP/1.1"},
             {"GET http://u:p@a/ HTTP/9", "GET http://...@a/ HTTP/9"},
             {"GET http://u:p@q@a/ HTTP/9", "GET http://...@a/ HTTP/9"},
             {"GET http://u:p/q@a/ HTTP/9", "GET http://...@a/ HTTP/9"},
             {"GET http://u:p q@a/", "GET http://...@a/"},
             {"CONNECT u:p@a:443 HTTP/1.1", "CONNECT ...@a:443 HTTP/1.1"},
             {"u:p@a", "...@a"},
             {"", ""},
         })
        CHECK(proxy::masked_userinfo(line) == shown);
}

TEST_CASE("A length that came several times is sent on once", "[proxy][forwarding]")
{
    const std::string lengths = "Content-Length: 5, 5\r\nContent-Length: 5\r\n";
    CHECK_THAT(forwarded("POST http://a/ HTTP/1.1\r\nHost: a\r\n" + lengths + "\r\n"),
               Contains("\r\nContent-Length: 5\r\n") && !Contains("5, 5"));
    const auto response = answered("HTTP/1.1 200 OK\r\n" + lengths + "\r\n", "HEAD");
    CHECK_THAT(response, Contains("\nContent-Length: 5\n") && !Contains("5, 5"));
    CHECK(response.find("Content-Length") == response.rfind("Content-Length"));
}

TEST_CASE("The origin gets path, query and its own Host", "[proxy][forwarding]")
{
    struct Row {
        std::string asked, line, host;
    };
    const auto row = GENERATE(values<Row>({
        {"GET http://a.example/x?y HTTP/1.1", "GET /x?y HTTP/1.1", "a.example"},
        {"GET http://A.Example:80/ HTTP/1.1", "GET / HTTP/1.1", "a.example"},
        {"GET http://a.example:8080 HTTP/1.1", "GET / HTTP/1.1", "a.example:8080"},
        {"GET http://a.example?q HTTP/1.1", "GET /?q HTTP/1.1", "a.example"},
        {"GET http://[::1]:81/ HTTP/1.1", "GET / HTTP/1.1", "[::1]:81"},
        {"OPTIONS http://a.example HTTP/1.1", "OPTIONS * HTTP/1.1", "a.example"},
        {"OPTIONS http://a.example/ HTTP/1.1", "OPTIONS / HTTP/1.1", "a.example"},
        {"BREW http://a.example/%7e/../x HTTP/1.1", "BREW /%7e/../x HTTP/1.1", "a.example"},
    }));
    CAPTURE(row.asked);
    const auto head = forwarded(row.asked + "\r\nHost: other.example\r\n\r\n");
    CHECK(head.starts_with(row.line + "\r\nHost: " + row.host + "\r\n"));
    CHECK_THAT(head, !Contains("other.example"));
}

TEST_CASE("A parent proxy gets the whole URL", "[proxy][forwarding]")
{
    CHECK(forwarded(get(""), NextHop::parent).starts_with("GET http://a.example/x HTTP/1.1\r\n"));
    CHECK(forwarded("CONNECT a.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", NextHop::parent)
              .starts_with("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n"));
}

TEST_CASE("Hop-by-hop fields of requests are not forwarded", "[proxy][forwarding]")
{
    const auto head = forwarded(get("Connection: keep-alive, X-Mine\r\nx-mine: 1\r\nConnection: "
                                    "x-yours\r\nX-Yours: 2\r\nKeep-Alive: 3\r\nProxy-Connection: "
                                    "keep-alive\r\nProxy-Authorization: Basic eA==\r\nUpgrade: "
                                    "h2c\r\nTE: gzip\r\nX-Kept: 4\r\nCookie: a=b\r\n"));
    CHECK(head == "GET /x HTTP/1.1\r\nHost: a.example\r\nX-Kept: 4\r\nCookie: a=b\r\nVia: 1.1 "
                  "proxy-me\r\n\r\n");
    CHECK_THAT(forwarded(get("Proxy-Authorization: Basic eA==\r\n"), NextHop::parent),
               Contains("Proxy-Authorization: Basic eA=="));
}

TEST_CASE("Connection cannot remove framing fields", "[proxy][forwarding]")
{
    const auto head = forwarded("POST http://a.example/ HTTP/1.1\r\nHost: a\r\nConnection: "
                                "content-length, host, via\r\nContent-Length: 5\r\n\r\n");
    CHECK_THAT(head, Contains("Host: a.example\r\n"));
    CHECK_THAT(head, Contains("Content-Length: 5\r\n"));
    CHECK_THAT(head, Contains("Via: "));
}

TEST_CASE("A body is framed anew", "[proxy][forwarding]")
{
    const std::string post = "POST http://a.example/ HTTP/1.1\r\nHost: a\r\n";
    CHECK_THAT(forwarded(post + "Content-Length: 005\r\n\r\n"), Contains("Content-Length: 5\r\n"));
    CHECK_THAT(forwarded(post + "Content-Length: 0\r\n\r\n"), Contains("Content-Length: 0\r\n"));
    CHECK_THAT(forwarded(post + "Transfer-Encoding: CHUNKED\r\nTrailer: A\r\n\r\n"),
               Contains("Trailer: A\r\n") && Contains("Transfer-Encoding: chunked\r\n"));
    CHECK_THAT(forwarded(post + "Trailer: A\r\n\r\n"), !Contains("Trailer") && !Contains("-Len"));
}

TEST_CASE("TE: trailers is forwarded to the next hop", "[proxy][forwarding]")
{
    CHECK_THAT(forwarded(get("TE: gzip, trailers\r\nConnection: TE\r\n")),
               Contains("TE: trailers\r\nConnection: TE\r\n"));
    CHECK_THAT(forwarded("GET http://a/ HTTP/1.0\r\nTE: trailers\r\n\r\n"), !Contains("TE"));
}

TEST_CASE("Max-Forwards counts down for OPTIONS and TRACE", "[proxy][forwarding]")
{
    const std::string rest = " http://a.example/ HTTP/1.1\r\nHost: a\r\nMax-Forwards: ";
    CHECK_THAT(forwarded("TRACE" + rest + "7\r\n\r\n"), Contains("Max-Forwards: 6\r\n"));
    CHECK_THAT(forwarded("OPTIONS" + rest + "1\r\n\r\n"), Contains("Max-Forwards: 0\r\n"));
    CHECK_THAT(forwarded("GET" + rest + "7\r\n\r\n"), Contains("Max-Forwards: 7\r\n"));
    CHECK_THAT(forwarded("TRACE" + rest + "x\r\n\r\n"), Contains("Max-Forwards: x\r\n"));
    CHECK_THAT(forwarded("TRACE" + rest + "99999999999999999999\r\n\r\n"),
               Contains("Max-Forwards: 18446744073709551614\r\n")); // 2^64 - 2
    CHECK(hops_left(Request("TRACE" + rest + "0\r\n\r\n")) == 0U);
}

TEST_CASE("Via names each hop, and detects loops", "[proxy][forwarding]")
{
    CHECK_THAT(forwarded(get("Via: 1.0 other\r\n")),
               Contains("Via: 1.0 other\r\nVia: 1.1 proxy-me\r\n"));
    CHECK_THAT(forwarded("GET http://a/ HTTP/1.0\r\n\r\n"), Contains("Via: 1.0 proxy-me\r\n"));

    const auto passed = [](const std::string& via) {
        return proxy::has_via(Request(get("Via: " + via + "\r\n")).head().fields, me);
    };
    CHECK(passed("1.1 proxy-me"));
    CHECK(passed("1.0 a, HTTP/1.1\tproxy-me (comment), 1.1 b"));
    CHECK_FALSE(passed("1.1 proxy-me2"));
    CHECK_FALSE(passed("proxy-me other"));
    CHECK_FALSE(passed(""));
    CHECK(proxy::make_pseudonym() != proxy::make_pseudonym());
}

TEST_CASE("Hop-by-hop fields of responses are not forwarded", "[proxy][forwarding]")
{
    const std::string head = "HTTP/1.0 299 My Words\r\nConnection: close, x-mine\r\nX-Mine: "
                             "1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nUpgrade: h2c\r\nDate: "
                             "today\r\nProxy-Authenticate: Basic\r\nContent-Length: 3\r\n\r\n";
    CHECK(answered(head) == "299 My Words\nSet-Cookie: a\nSet-Cookie: b\nDate: today\n"
                            "Content-Length: 3\nVia: 1.0 proxy-me\n");
    CHECK_THAT(answered(head, "GET", NextHop::parent), Contains("Proxy-Authenticate: Basic\n"));
    CHECK_THAT(answered("HTTP/1.1 200 OK\r\n\r\n"), Contains("Date: "));
    CHECK_THAT(answered("HTTP/1.1 103 Early Hints\r\n\r\n"), !Contains("Date: "));
    CHECK_THAT(answered("HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\nLink: a\r\n\r\n"),
               Contains("Link: a") && !Contains("Content-Length"));
}

TEST_CASE("Trailers for framing, routing or handling are not forwarded", "[proxy][forwarding]")
{
    const auto kept = proxy::forwardable_trailers({{"Digest", "1"},
                                                   {"content-length", "2"},
                                                   {"Transfer-Encoding", "3"},
                                                   {"Set-Cookie", "4"},
                                                   {"Host", "5"},
                                                   {"cookie", "7"},
                                                   {"X-Forwarded-For", "8"},
                                                   {"Content-Disposition", "9"},
                                                   {"Access-Control-Allow-Origin", "10"},
                                                   {"Strict-Transport-Security", "11"},
                                                   {"X-Time", "6"}});
    CHECK(kept == proxy::Fields{{"Digest", "1"}, {"X-Time", "6"}});
}

TEST_CASE("Requests to the proxy itself have no target", "[proxy][request]")
{
    CHECK(Request(get("")).target()->url == "http://a.example/x");
    CHECK(Request(get("")).target()->origin() == "a.example:80");
    CHECK(Request("CONNECT A:443 HTTP/1.1\r\nHost: a\r\n\r\n").target()->origin() == "a:443");
    CHECK_FALSE(Request("GET / HTTP/1.1\r\nHost: a\r\n\r\n").target());
    CHECK_FALSE(Request("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").target());
    CHECK_FALSE(Request("GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n").target());
}
