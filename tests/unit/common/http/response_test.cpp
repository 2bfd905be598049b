#include "common/http/message.h"

#include "catch.h"

using http::Framing;
using http::Incomplete;
using http::Malformed;
using http::parse_response;
using http::ReceivedResponse;

namespace {

enum class Verdict { complete, incomplete, refused };

std::ostream& operator<<(std::ostream& out, Verdict verdict)
{
    return out << (verdict == Verdict::complete     ? "complete"
                   : verdict == Verdict::incomplete ? "incomplete"
                                                    : "refused");
}

Verdict response_verdict(std::string_view bytes)
{
    const auto parsed = parse_response(bytes, "GET");
    if (std::holds_alternative<Incomplete>(parsed)) return Verdict::incomplete;
    return std::holds_alternative<Malformed>(parsed) ? Verdict::refused : Verdict::complete;
}

ReceivedResponse parsed_response(std::string_view bytes, std::string_view method = "GET")
{
    CAPTURE(bytes);
    auto result = parse_response(bytes, method);
    REQUIRE(std::holds_alternative<ReceivedResponse>(result));
    return std::get<ReceivedResponse>(std::move(result));
}

} // namespace

TEST_CASE("A response is parsed into its parts", "[common][http][response]")
{
    const std::string bytes =
        "HTTP/1.1 404 Not Found\r\nServer: a \r\nContent-Length: 3\r\n\r\nabc";
    const auto head = parsed_response(bytes);
    CHECK(head.status == 404);
    CHECK(head.reason == "Not Found");
    CHECK(head.minor_version == 1);
    REQUIRE(head.fields.size() == 2);
    CHECK(head.field("server") == "a");
    CHECK_FALSE(head.field("Date"));
    CHECK(head.framing == Framing::counted);
    CHECK(head.content_length == 3);
    CHECK(head.keep_alive);
    CHECK(bytes.substr(head.size) == "abc");
}

TEST_CASE("Every prefix of a response is incomplete", "[common][http][response]")
{
    const std::string bytes = "HTTP/1.0 200 OK\r\nServer: a\r\nContent-Length: 3\r\n\r\n";
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK(response_verdict(std::string_view(bytes).substr(0, size)) == Verdict::incomplete);
    }
    CHECK(response_verdict(bytes) == Verdict::complete);
}

TEST_CASE("Status lines are accepted or refused as the standard says", "[common][http][response]")
{
    const auto [line, expected] = GENERATE(table<std::string, Verdict>({
        {"HTTP/1.1 200 OK", Verdict::complete},
        {"HTTP/1.0 200 OK", Verdict::complete},
        {"HTTP/1.9 200 OK", Verdict::complete},
        {"HTTP/1.1 200 ", Verdict::complete},
        {"HTTP/1.1 200", Verdict::complete}, // many servers omit the space
        {"HTTP/1.1 599 \xc3\xa4 \t!", Verdict::complete},
        {"HTTP/1.1 100 Continue", Verdict::complete},
        {"HTTP/1.1 099 x", Verdict::refused},
        {"HTTP/1.1 600 x", Verdict::refused},
        {"HTTP/1.1 20 OK", Verdict::refused},
        {"HTTP/1.1 2000 OK", Verdict::refused},
        {"HTTP/1.1 200OK", Verdict::refused},
        {"HTTP/1.1  200 OK", Verdict::refused},
        {"HTTP/1.1 2x0 OK", Verdict::refused},
        {"HTTP/1.1 -20 OK", Verdict::refused},
        {"HTTP/2.0 200 OK", Verdict::refused},
        {"HTTP/1.10 200 OK", Verdict::refused},
        {"http/1.1 200 OK", Verdict::refused},
        {"HTTP/1.1\t200 OK", Verdict::refused},
        {" HTTP/1.1 200 OK", Verdict::refused},
        {"HTTP/1.1 200 O\033[2JK", Verdict::refused},
        {"HTTP/1.1 200 O\rK", Verdict::refused},
        {"", Verdict::refused},
        {"ICY 200 OK", Verdict::refused},
    }));
    CAPTURE(line);
    CHECK(response_verdict(line + "\r\n\r\n") == expected);
    CHECK(response_verdict(line + "\n\r\n") == Verdict::refused); // every line ends with CR and LF
}

TEST_CASE("Input that is not a response is refused at its first byte", "[common][http][response]")
{
    CHECK(response_verdict("S") == Verdict::refused); // SSH-2.0-...
    CHECK(response_verdict("2") == Verdict::refused); // 220 mail.example ESMTP
    CHECK(response_verdict("\x16\x03") == Verdict::refused);
    CHECK(response_verdict("HTTP") == Verdict::incomplete);
}

TEST_CASE("A response's fields follow the rules of a request's", "[common][http][response]")
{
    const std::string line = GENERATE(
        "Name : x", " Folded: x", "NoColon", ": x", "A\x01: x", "A: x\x01y", "A: x\r B",
        "Content-Length: x", "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5, 6",
        "Content-Length: +5", "Content-Length: 18446744073709551616",
        "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked, gzip", "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding:");
    CAPTURE(line);
    const std::string bytes = "HTTP/1.1 200 OK\r\n" + line + "\r\n\r\n";
    CHECK(response_verdict(bytes) == Verdict::refused);
    CHECK(std::get<Malformed>(parse_response(bytes, "GET")).status == 502);
}

TEST_CASE("The framing follows from method, status and fields", "[common][http][response]")
{
    struct Row {
        std::string method, status, fields;
        Framing framing;
        bool keep_alive;
    };
    const auto row = GENERATE(values<Row>({
        {"GET", "200", "Content-Length: 5\r\n", Framing::counted, true},
        {"GET", "200", "Content-Length: 0\r\n", Framing::no_body, true},
        {"GET", "200", "Transfer-Encoding: chunked\r\n", Framing::chunked, true},
        {"GET", "200", "", Framing::until_close, false},
        {"GET", "200", "Content-Length: 5\r\nConnection: close\r\n", Framing::counted, false},
        {"HEAD", "200", "Content-Length: 5\r\n", Framing::no_body, true},
        {"HEAD", "200", "Transfer-Encoding: chunked\r\n", Framing::no_body, true},
        {"GET", "204", "", Framing::no_body, true},
        {"GET", "304", "Content-Length: 5\r\n", Framing::no_body, true},
        {"GET", "100", "", Framing::no_body, true},
        {"CONNECT", "200", "Content-Length: 5\r\n", Framing::no_body, true},
        {"CONNECT", "403", "Content-Length: 5\r\n", Framing::counted, true},
    }));
    CAPTURE(row.method, row.status, row.fields);
    const auto head =
        parsed_response("HTTP/1.1 " + row.status + " x\r\n" + row.fields + "\r\n", row.method);
    CHECK(head.framing == row.framing);
    CHECK(head.keep_alive == row.keep_alive);
}

TEST_CASE("A response's head can be 64 KiB long, but not longer", "[common][http][response]")
{
    const std::string start = "HTTP/1.1 200 OK\r\nX: ";
    const auto head_of = [&](std::size_t size) {
        return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
    };
    CHECK(response_verdict(head_of(http::max_head)) == Verdict::complete);
    CHECK(response_verdict(head_of(http::max_head + 1)) == Verdict::refused);
    const std::string endless = start + std::string(http::max_head, 'x');
    CHECK(response_verdict(endless) == Verdict::refused);
    CHECK(response_verdict("HTTP/1.1 200 " + std::string(http::max_head, 'x')) == Verdict::refused);
}
