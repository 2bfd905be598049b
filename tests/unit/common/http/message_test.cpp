#include "common/http/message.h"

#include "catch.h"

#include "common/http/head.h"

using namespace std::string_literals;
using http::Framing;
using http::has_token;
using http::Malformed;
using http::parse_request;
using http::RequestHead;

namespace {

constexpr int complete_head = 200;
constexpr int incomplete_head = 0;

/// complete_head, incomplete_head or the error's status.
int request_verdict(std::string_view bytes)
{
    const auto parsed = parse_request(bytes);
    if (const auto* malformed = std::get_if<Malformed>(&parsed)) return malformed->status;
    return std::holds_alternative<RequestHead>(parsed) ? complete_head : incomplete_head;
}

RequestHead parsed_request(std::string_view bytes)
{
    CAPTURE(bytes);
    auto result = parse_request(bytes);
    REQUIRE(std::holds_alternative<RequestHead>(result));
    return std::get<RequestHead>(std::move(result));
}

/// A request with these header lines after its Host.
std::string with(const std::string& lines)
{
    return "GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
}

/// A request whose head is `size` bytes long.
std::string head_of(std::size_t size)
{
    const std::string fixed = with("X: \r\n");
    return with("X: " + std::string(size - fixed.size(), 'x') + "\r\n");
}

std::string target_of(std::size_t size)
{
    return "/" + std::string(size - 1, 'a');
}

const std::string valid_requests[] = {
    "GET / HTTP/1.0\r\n\r\n",
    "\r\nGET / HTTP/1.1\r\nHost: localhost:6789\r\n\r\n",
    "GET /HelloWorld.html?a=b&c=d HTTP/1.1\r\n"
    "host: [::1]:80\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n",
    "POST http://example.org/ HTTP/1.1\r\nHOST:example.org\r\nContent-Length: 5\r\n\r\n",
    "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \t chunked \t\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n",
    "M-SEARCH /%2e%2e/ HTTP/1.9\r\nHost: a\r\nEmpty:\r\nText: \xc3\xa4\t\xff\r\n\r\n",
};

} // namespace

TEST_CASE("Every prefix of a valid request is incomplete, and the whole is complete",
          "[common][http][message]")
{
    for (const std::string& request : valid_requests) {
        CAPTURE(request);
        for (std::size_t size = 0; size < request.size(); ++size) {
            CAPTURE(size);
            CHECK(request_verdict(std::string_view(request).substr(0, size)) == incomplete_head);
        }
        CHECK(parsed_request(request).size == request.size());
    }
}

TEST_CASE("The bytes after a head are ignored", "[common][http][message]")
{
    for (const std::string& request : valid_requests)
        for (const auto& next : {"GET / HTTP/1.1\r\nHost: b\r\n\r\n"s, "\r\n"s, "\0\xff\n bad"s,
                                 std::string(100'000, 'x'), " folded: no\r\n\r\n"s}) {
            CAPTURE(request, next.substr(0, 40));
            CHECK(parsed_request(request + next).size == request.size());
        }
}

TEST_CASE("One byte changed never makes a head complete before its end", "[common][http][message]")
{
    for (const std::string& request : valid_requests)
        for (std::size_t at = 0; at < request.size(); ++at)
            for (int byte = 0; byte < 256; ++byte) {
                std::string changed = request;
                changed[at] = static_cast<char>(byte);
                const auto result = parse_request(changed);
                const auto* head = std::get_if<RequestHead>(&result);
                if (head == nullptr) continue;
                if (head->size > changed.size() ||
                    request_verdict(std::string_view(changed).substr(0, head->size)) !=
                        complete_head ||
                    request_verdict(std::string_view(changed).substr(0, head->size - 1)) !=
                        incomplete_head)
                    FAIL("byte " << at << " as " << byte << " in " << request);
            }
}

TEST_CASE("A head is parsed into its parts", "[common][http][message]")
{
    const std::string request =
        "GET /a?b HTTP/1.0\r\nHost: example.org:80\r\nX:\r\nx: \t 2 3\t\r\n\r\n";
    const RequestHead head = parsed_request(request);
    CHECK(head.method == "GET");
    CHECK(head.target == "/a?b");
    CHECK(head.minor_version == 0);
    REQUIRE(head.fields.size() == 3);
    CHECK(head.fields[0].name == "Host");
    CHECK(head.fields[0].value == "example.org:80");
    CHECK(head.fields[1].name == "X");
    CHECK(head.fields[1].value.empty());
    CHECK(head.fields[2].name == "x");
    CHECK(head.fields[2].value == "2 3");
    CHECK(head.target.data() == request.data() + 4); // views, not copies

    CHECK(head.field("HOST") == "example.org:80");
    CHECK(head.field("x") == ""); // the first of two
    CHECK_FALSE(head.field("Absent"));
    CHECK_FALSE(head.field(""));
}

TEST_CASE("The fragment of an absolute target is cut off", "[common][http][message]")
{
    for (const auto& [target, expected] : std::vector<std::pair<std::string, std::string>>{
             {"http://a/b#c", "http://a/b"},
             {"http://a#c", "http://a"},
             {"http://a?b#/c?d#e", "http://a?b"},
             {"http://a/#", "http://a/"},
             {"http://a#@b/", "http://a"},
         }) {
        const std::string request = "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
        CHECK(parsed_request(request).target == expected);
    }
}

TEST_CASE("Request lines are accepted or refused as the standard says", "[common][http][message]")
{
    struct Row {
        std::string line;
        int expected;
    };
    const std::string longest = target_of(http::max_target);
    for (const auto& [line, expected] : {
             Row{"GET / HTTP/1.1", complete_head},
             {"get / HTTP/1.1", complete_head}, // another method: they are case-sensitive
             {"!#$%&'*+-.^_`|~09Az / HTTP/1.1", complete_head},
             {"GET /\xc3\xa4 HTTP/1.1", complete_head},
             {"GET //a HTTP/1.1", complete_head},
             {"GET http://a?b HTTP/1.1", complete_head},
             {"OPTIONS http://a HTTP/1.1", complete_head},
             {"GET http://a/#b HTTP/1.1", complete_head},
             {"GET http://user:p%40@a/ HTTP/1.1", complete_head},
             {"CONNECT [::1]:443 HTTP/1.1", complete_head},
             {"GET / HTTP/1.2", complete_head}, // served as 1.1, RFC 9110 §2.5
             {"GET / HTTP/1.9", complete_head},
             {"GET " + longest + " HTTP/1.1", complete_head},
             {"GET " + longest + "a HTTP/1.1", 414},
             {"GET " + longest + longest + " HTTP/1.1", 414},

             {" ", 400},
             {"GET", 400},
             {"GET /", 400}, // HTTP/0.9
             {"GET / ", 400},
             {"GET  HTTP/1.1", 400},
             {"/ HTTP/1.1", 400},
             {" GET / HTTP/1.1", 400},
             {"GET  / HTTP/1.1", 400},
             {"GET /  HTTP/1.1", 400},
             {"GET / HTTP/1.1 ", 400},
             {"GET\t/\tHTTP/1.1", 400},
             {"GET /\tHTTP/1.1", 400},
             {"GET / a HTTP/1.1", 400},
             {"G(T / HTTP/1.1", 400},
             {"G\0T / HTTP/1.1"s, 400},
             {"G\xc3\x84T / HTTP/1.1", 400},
             {"GET: / HTTP/1.1", 400},

             {"GET /#a HTTP/1.1", 400}, // the target
             {"GET /\x01 HTTP/1.1", 400},
             {"GET /\0 HTTP/1.1"s, 400},
             {"GET /\x7f HTTP/1.1", 400},
             {"GET /\r HTTP/1.1", 400},
             {"GET a HTTP/1.1", 400},
             {"GET ?a HTTP/1.1", 400},
             {"GET * HTTP/1.1", 400},
             {"GET a:80 HTTP/1.1", 400},
             {"GET ftp://a/ HTTP/1.1", 400},
             {"GET http:///a HTTP/1.1", 400},
             {"GET http://user@a@b/ HTTP/1.1", 400},
             {"GET http://us er@a/ HTTP/1.1", 400},
             {"GET http://user%@a/ HTTP/1.1", 400},
             {"GET http://user@/ HTTP/1.1", 400},
             {"GET http://#/a HTTP/1.1", 400},
             {"CONNECT user@a:80 HTTP/1.1", 400},
             {"OPTIONS ** HTTP/1.1", 400},
             {"CONNECT / HTTP/1.1", 400},
             {"CONNECT http://a/ HTTP/1.1", 400},
             {"CONNECT a:65536 HTTP/1.1", 400},

             {"GET / http/1.1", 400}, // the version, RFC 9112 §2.3
             {"GET / Http/1.1", 400},
             {"GET / HTTP/1.", 400},
             {"GET / HTTP/.1", 400},
             {"GET / HTTP/11", 400},
             {"GET / HTTP/1,1", 400},
             {"GET / HTTP/1.10", 400},
             {"GET / HTTP/01.1", 400},
             {"GET / HTTP/1.1a", 400},
             {"GET / HTTP/a.1", 400},
             {"GET / HTTP/-.1", 400},
             {"GET / HTTP/2", 400},
             {"GET / HTCPCP/1.0", 400},
             {"GET / HTTP/0.9", 505},
             {"GET / HTTP/2.0", 505},
             {"PRI * HTTP/2.0", 505}, // HTTP/2's connection preface, RFC 9113 §3.4
             {"GET / HTTP/9.9", 505},
         }) {
        CAPTURE(line.substr(0, 100), line.size());
        CHECK(request_verdict(line + "\r\nHost: a\r\n\r\n") == expected);
        if (expected != complete_head)
            CHECK(request_verdict(line + "\r\n") == expected); // without the rest of the head
    }
}

TEST_CASE("Later versions of HTTP/1 are served as 1.1", "[common][http][message]")
{
    CHECK(parsed_request("GET / HTTP/1.0\r\n\r\n").minor_version == 0);
    for (const char* version : {"1.1", "1.2", "1.9"})
        CHECK(parsed_request("GET / HTTP/"s + version + "\r\nHost: a\r\n\r\n").minor_version == 1);
}

TEST_CASE("A tunnel's target has a port", "[common][http][message]")
{
    // RFC 9110 §9.3.6: there is no default port, and an empty one must be refused.
    CHECK(request_verdict("CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(request_verdict("CONNECT a: HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
}

TEST_CASE("Header lines are accepted or refused as the standard says", "[common][http][message]")
{
    struct Row {
        std::string lines;
        int expected;
    };
    for (const auto& [lines, expected] : {
             Row{"", complete_head},
             {"Name: value\r\n", complete_head},
             {"Name:value\r\n", complete_head},
             {"Name:\r\n", complete_head},
             {"Name: \t \r\n", complete_head},
             {"Name: a: b\r\n", complete_head},
             {"Name: a\tb\r\n", complete_head},
             {"Name: \x80\xff\r\n", complete_head}, // obs-text, RFC 9110 §5.5
             {"!#$%&'*+-.^_`|~09Az: 1\r\n", complete_head},
             {"Name: 1\r\nName: 2\r\n", complete_head},

             {"Name : value\r\n", 400}, // RFC 9112 §5.1
             {"Name\t: value\r\n", 400},
             {"Name value\r\n", 400},
             {"Name\r\n", 400},
             {": value\r\n", 400},
             {" : value\r\n", 400},
             {"Na me: value\r\n", 400},
             {"N(me: value\r\n", 400},
             {"\"Name\": value\r\n", 400},
             {"N\xc3\xa4me: value\r\n", 400},
             {"N\0me: value\r\n"s, 400},
             {"Name: 1\r\n folded\r\n", 400}, // RFC 9112 §5.2
             {"Name: 1\r\n\tfolded: too\r\n", 400},
             {"Name: 1\r\n \r\n", 400},
             {"Name: a\0b\r\n"s, 400}, // RFC 9110 §5.5
             {"Name: \0\r\n"s, 400},
             {"Name: a\vb\r\n", 400},
             {"Name: \f\r\n", 400},
             {"Name: \x1b[2J\r\n", 400},
             {"Name: \x7f\r\n", 400},
             {"Name: a\rb\r\n", 400}, // RFC 9112 §2.2
             {"Name: a\r\r\n", 400},
             {"\rName: a\r\n", 400},
             {"Name: a\n", 400},
             {"Name: a\nName: b\r\n", 400},
             {"\n", 400},
         }) {
        CAPTURE(lines);
        CHECK(request_verdict(with(lines)) == expected);
        if (expected != complete_head) // as soon as the line has ended
            CHECK(request_verdict("GET / HTTP/1.1\r\nHost: a\r\n" + lines) == expected);
    }
}

TEST_CASE("A request line must end with CR and LF", "[common][http][message]")
{
    CHECK(request_verdict("GET / HTTP/1.1\nHost: a\n\n") == 400);
    CHECK(request_verdict("GET / HTTP/1.1\nHost: a\r\n\r\n") == 400);
    CHECK(request_verdict("GET / HTTP/1.1\r\r\nHost: a\r\n\r\n") == 400);
    CHECK(request_verdict("GET / HTTP/1.1\r\nHost: a\r\n\n") == 400);
    CHECK(request_verdict("\n") == 400);
}

TEST_CASE("White space before the first header line is refused", "[common][http][message]")
{
    CHECK(request_verdict("GET / HTTP/1.1\r\n Host: a\r\n\r\n") == 400);
    CHECK(request_verdict("GET / HTTP/1.1\r\n\tHost: a\r\nHost: b\r\n\r\n") == 400);
    CHECK(request_verdict("GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n") == 400);
}

TEST_CASE("One empty line is allowed before a request, two are not", "[common][http][message]")
{
    const std::string request = with("");
    CHECK(parsed_request("\r\n" + request).size == request.size() + 2);
    CHECK(parsed_request("\r\n" + request).method == "GET");
    CHECK(request_verdict("\r\n\r\n" + request) == 400);
    CHECK(request_verdict("\n" + request) == 400);
    CHECK(request_verdict("\r" + request) == 400);
}

TEST_CASE("Input that is not HTTP is refused before a line has ended", "[common][http][message]")
{
    CHECK(request_verdict("\x16\x03\x01\x02") == 400); // TLS: a handshake record with a ClientHello
    CHECK(request_verdict("\x16") == 400);
    CHECK(request_verdict("\x80\x2e\x01") == 400); // SSL 2
    CHECK(request_verdict("\0"s) == 400);
    CHECK(request_verdict("{\"json\"") == 400);
    CHECK(request_verdict("\r\n\x16") == 400);
}

TEST_CASE("A request must have exactly one Host", "[common][http][message]")
{
    struct Row {
        std::string lines;
        int expected;
    };
    for (const auto& [lines, expected] : {
             Row{"HTTP/1.1\r\nHost: example.org\r\n", complete_head},
             {"HTTP/1.1\r\nhOST:[::1]:80\r\n", complete_head},
             {"HTTP/1.1\r\nHost: a:\r\n", complete_head},
             {"HTTP/1.0\r\n", complete_head}, // HTTP/1.0 had no Host
             {"HTTP/1.0\r\nHost: a\r\n", complete_head},
             {"HTTP/1.1\r\n", 400},
             {"HTTP/1.2\r\n", 400},
             {"HTTP/1.1\r\nX-Host: a\r\n", 400},
             {"HTTP/1.1\r\nHost: a\r\nHost: b\r\n", 400},
             {"HTTP/1.1\r\nHost: a\r\nX: 1\r\nhost: a\r\n", 400},
             {"HTTP/1.0\r\nHost: a\r\nHost: a\r\n", 400},
             {"HTTP/1.1\r\nHost:\r\n", 400},
             {"HTTP/1.0\r\nHost:\r\n", 400},
             {"HTTP/1.1\r\nHost: a b\r\n", 400},
             {"HTTP/1.1\r\nHost: a, b\r\n", 400},
             {"HTTP/1.1\r\nHost: a/b\r\n", 400},
             {"HTTP/1.1\r\nHost: user@a\r\n", 400},
             {"HTTP/1.1\r\nHost: http://a\r\n", 400},
             {"HTTP/1.1\r\nHost: a:b\r\n", 400},
             {"HTTP/1.1\r\nHost: a:65536\r\n", 400},
             {"HTTP/1.1\r\nHost: ::1\r\n", 400},
             {"HTTP/1.1\r\nHost: \xc3\xa4\r\n", 400},
         }) {
        CAPTURE(lines);
        CHECK(request_verdict("GET / " + lines + "\r\n") == expected);
    }
}

TEST_CASE("The framing is unambiguous, or the request is refused", "[common][http][message]")
{
    struct Row {
        std::string lines;
        Framing framing;
        std::uint64_t length;
    };
    for (const auto& [lines, framing, length] : {
             Row{"", Framing::no_body, 0},
             {"Content-Length: 0\r\n", Framing::no_body, 0},
             {"Content-Length: 5\r\n", Framing::counted, 5},
             {"Content-Length: 5, 5\r\n", Framing::counted, 5},
             {"Content-Length: 5 ,5\r\nContent-Length: 5\r\n", Framing::counted, 5},
             {"Content-Length: 0\r\nContent-Length: 0\r\n", Framing::no_body, 0},
             {"content-length:\t007 \r\n", Framing::counted, 7},
             {"Content-Length: 18446744073709551615\r\n", Framing::counted, UINT64_MAX},
             {"Transfer-Encoding: chunked\r\n", Framing::chunked, 0},
             {"transfer-encoding: CHUNKED\r\n", Framing::chunked, 0},
             {"X-Transfer-Encoding: gzip\r\n", Framing::no_body, 0},
         }) {
        CAPTURE(lines);
        const std::string request = with(lines);
        CHECK(parsed_request(request).framing == framing);
        CHECK(parsed_request(request).content_length == length);
    }
}

TEST_CASE("A request whose end two recipients could see differently is refused",
          "[common][http][message]")
{
    struct Row {
        std::string lines;
        int expected;
    };
    for (const auto& [lines, expected] : {
             Row{"Content-Length:\r\n", 400},
             {"Content-Length: five\r\n", 400},
             {"Content-Length: +5\r\n", 400},
             {"Content-Length: -5\r\n", 400},
             {"Content-Length: -0\r\n", 400},
             {"Content-Length: 0x5\r\n", 400},
             {"Content-Length: 5a\r\n", 400},
             {"Content-Length: 5 5\r\n", 400},
             {"Content-Length: 5.0\r\n", 400},
             {"Content-Length: 5,6\r\n", 400},
             {"Content-Length: 5, 05\r\n", 400},
             {"Content-Length: 5,\r\n", 400},
             {"Content-Length: 5, 5, 6\r\n", 400},
             {"Content-Length: \"5\"\r\n", 400},
             {"Content-Length: 18446744073709551616\r\n", 400}, // 2^64
             {"Content-Length: 99999999999999999999999\r\n", 400},
             {"Content-Length: 5\r\nContent-Length: 6\r\n", 400},
             {"Content-Length: 0\r\nContent-Length: 5\r\n", 400},
             {"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", 400},
             {"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", 400},
             {"Transfer-Encoding:\r\n", 400},
             {"Transfer-Encoding: ,\r\n", 400},
             {"Transfer-Encoding: xchunked\r\n", 400},
             {"Transfer-Encoding: chunkedx\r\n", 400},
             {"Transfer-Encoding: \"chunked\"\r\n", 400},
             {"Transfer-Encoding: chunked;a=b\r\n", 400},
             {"Transfer-Encoding: chunked chunked\r\n", 400},
             {"Transfer-Encoding: \vchunked\r\n", 400},
             {"Transfer-Encoding: identity\r\n", 400},
             {"Transfer-Encoding: gzip\r\n", 400}, // does not end with chunked
             {"Transfer-Encoding: chunked, gzip\r\n", 400},
             {"Transfer-Encoding: chunked, chunked\r\n", 400},
             {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400},
             {"Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n", 400},
             {"Transfer-Encoding: gzip, chunked\r\n", 501},
             {"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", 501},
             {"Transfer-Encoding: gzip;q=1, chunked\r\n", 501},
         }) {
        CAPTURE(lines);
        CHECK(request_verdict(with(lines)) == expected);
    }
    CHECK(request_verdict("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == 400);
}

TEST_CASE("A connection persists by version and Connection", "[common][http][message]")
{
    struct Row {
        const char* version;
        std::string lines;
        bool keep_alive;
    };
    for (const auto& [version, lines, keep_alive] : {
             Row{"1.1", "", true},
             {"1.2", "", true},
             {"1.1", "Connection: close\r\n", false},
             {"1.1", "connection: CLOSE\r\n", false},
             {"1.1", "Connection: keep-alive\r\n", true},
             {"1.1", "Connection: keep-alive, close\r\n", false},
             {"1.1", "Connection: close\r\nConnection: keep-alive\r\n", false},
             {"1.1", "Connection: upgrade\r\nConnection: Close\r\n", false},
             {"1.1", "Connection: , ,\tclose ,\r\n", false},
             {"1.1", "Connection: closed\r\n", true},
             {"1.1", "Connection: not close\r\n", true},
             {"1.1", "X-Connection: close\r\n", true},
             {"1.0", "", false},
             {"1.0", "Connection: close\r\n", false},
             {"1.0", "Connection: Keep-Alive\r\n", true},
             {"1.0", "Connection: x, keep-alive\r\n", true},
             {"1.0", "Connection: keep-alive, close\r\n", false},
             {"1.0", "Keep-Alive: timeout=5\r\n", false},
         }) {
        CAPTURE(version, lines);
        const std::string request = "GET / HTTP/"s + version + "\r\nHost: a\r\n" + lines + "\r\n";
        CHECK(parsed_request(request).keep_alive == keep_alive);
    }
}

TEST_CASE("A target can be 8 KiB long, even while it is incomplete", "[common][http][message]")
{
    const std::string longest = "GET " + target_of(http::max_target);
    CHECK(request_verdict(longest) == incomplete_head);
    CHECK(request_verdict(longest + " HTTP/1.1\r") == incomplete_head);
    CHECK(parsed_request(longest + " HTTP/1.1\r\nHost: a\r\n\r\n").target.size() ==
          http::max_target);
    CHECK(request_verdict(longest + std::string(1000, 'a')) == 414); // before its line has ended
    CHECK(request_verdict(longest + std::string(http::max_head, 'a')) == 414);
}

TEST_CASE("A long method does not reduce the limit on the target", "[common][http][message]")
{
    const std::string request =
        std::string(100, 'M') + " " + target_of(http::max_target) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    CHECK(request_verdict(request) == complete_head);
    CHECK(request_verdict(request.substr(0, request.find('\n'))) == incomplete_head);
}

TEST_CASE("A head can be 64 KiB long, but not longer", "[common][http][message]")
{
    CHECK(request_verdict(head_of(std::size_t{16} * 1024)) == complete_head);
    CHECK(parsed_request(head_of(http::max_head)).size == http::max_head);
    CHECK(request_verdict(head_of(http::max_head).substr(0, http::max_head - 1)) ==
          incomplete_head);
    for (std::size_t more = 1; more <= 4; ++more) {
        CAPTURE(more);
        CHECK(request_verdict(head_of(http::max_head + more)) == 431);
    }
}

TEST_CASE("A head without an end is refused once it is too long", "[common][http][message]")
{
    const std::string endless = "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(70'000, 'x');
    CHECK(request_verdict(endless.substr(0, http::max_head)) == incomplete_head);
    CHECK(request_verdict(endless.substr(0, http::max_head + 1)) == 431);
    CHECK(request_verdict(endless) == 431);
    CHECK(request_verdict(endless + "\r\n\r\n") == 431);
    CHECK(parsed_request(with("") + endless).size ==
          with("").size()); // the bytes after the head do not count
}

TEST_CASE("A head can have 256 header lines, but not more", "[common][http][message]")
{
    std::string lines;
    for (std::size_t i = 1; i < http::max_fields; ++i) // Host is one of them
        lines += "X: 1\r\n";
    const std::string request = with(lines);
    CHECK(parsed_request(request).fields.size() == http::max_fields);
    CHECK(request_verdict(with(lines + "X: 1\r\n")) == 431);
}

TEST_CASE("The reason for a refusal is a sentence and quotes nothing from the request",
          "[common][http][message]")
{
    for (const std::string& request :
         {"BOO <script> HTTP/1.1\r\n"s, "GET <script> HTTP/1.1\r\n"s, "GET / <script>\r\n"s,
          with("<script>: 1\r\n"), with("Content-Length: <script>\r\n"),
          with("Transfer-Encoding: <script>\r\n"), "GET / HTTP/1.1\r\nHost: <script>\r\n\r\n"s}) {
        CAPTURE(request);
        const auto result = parse_request(request);
        REQUIRE(std::holds_alternative<Malformed>(result));
        const std::string& reason = std::get<Malformed>(result).reason;
        CHECK_FALSE(reason.empty());
        CHECK(reason.find('<') == std::string::npos);
    }
}

TEST_CASE("A token is found in a list as a whole and in any case", "[common][http][message]")
{
    struct Row {
        std::string_view list, token;
        bool found;
    };
    for (const auto& [list, token, found] : {
             Row{"close", "close", true},
             {"Keep-Alive,CLOSE", "close", true},
             {" a ,\tclose\t, b", "close", true},
             {",,close", "close", true},
             {"", "close", false},
             {"closed", "close", false},
             {"not-close", "close", false},
             {"a close", "close", false},
             {"\"close\"", "close", false},
         }) {
        CAPTURE(list);
        CHECK(has_token(list, token) == found);
    }
}

TEST_CASE("A token is made of RFC 9110's token characters, at least one", "[common][http][message]")
{
    constexpr std::string_view token_characters = "!#$%&'*+-.^_`|~0123456789"
                                                  "abcdefghijklmnopqrstuvwxyz"
                                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"; // §5.6.2
    CHECK(http::is_token(token_characters));
    CHECK_FALSE(http::is_token(""));
    for (int c = 0; c < 256; ++c) {
        CAPTURE(c);
        const std::string one(1, static_cast<char>(c));
        const bool is_one = token_characters.find(one) != std::string_view::npos;
        CHECK(http::is_token(one) == is_one);
        CHECK(http::is_token("a" + one) == is_one);
        CHECK(http::is_token(one + "a") == is_one);
    }
}

TEST_CASE("The log gets the first line of any input", "[common][http][message]")
{
    CHECK(http::request_line_of("GET / HTTP/1.1\r\nHost: a\r\n\r\n") == "GET / HTTP/1.1");
    CHECK(http::request_line_of("\r\nBAD REQ\r\n\r\n") == "BAD REQ");
    CHECK(http::request_line_of("half") == "half");
    CHECK(http::request_line_of("bare\nLF") == "bare");
    CHECK(http::request_line_of("").empty());
}

TEST_CASE("Every status in use has a reason phrase", "[common][http][message]")
{
    for (const int status : {200, 204, 206, 301, 304, 400, 403, 404, 405, 408,
                             412, 413, 414, 416, 417, 431, 500, 501, 503, 505}) {
        CAPTURE(status);
        CHECK_FALSE(http::reason_phrase(status).empty());
    }
    CHECK(http::reason_phrase(206) == "Partial Content"); // RFC 9110 §15
    CHECK(http::reason_phrase(304) == "Not Modified");
    CHECK(http::reason_phrase(412) == "Precondition Failed");
    CHECK(http::reason_phrase(413) == "Content Too Large");
    CHECK(http::reason_phrase(416) == "Range Not Satisfiable");
    CHECK(http::reason_phrase(431) == "Request Header Fields Too Large");
    CHECK(http::reason_phrase(999).empty());
}
