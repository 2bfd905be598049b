#include "common/explain/http_transcript.h"

#include "catch.h"

using http::Direction;
using http::transcript_of;
using http::TranscriptStyle;

namespace {

constexpr TranscriptStyle heads{.detail = TranscriptStyle::Detail::heads};
constexpr TranscriptStyle explained{.detail = TranscriptStyle::Detail::explained};

} // namespace

TEST_CASE("Each line of a head has an arrow", "[common][http][transcript]")
{
    CHECK(transcript_of("GET / HTTP/1.1\r\nHost: a\r\n\r\n", Direction::request, heads) ==
          "> GET / HTTP/1.1\n> Host: a\n> \n");
    CHECK(transcript_of("HTTP/1.1 200 OK\r\n\r\n", Direction::response, heads) ==
          "< HTTP/1.1 200 OK\n< \n");
    CHECK(transcript_of("", Direction::request, heads).empty());
}

TEST_CASE("With explanations, each line has its meaning below it", "[common][http][transcript]")
{
    const std::string text =
        transcript_of("GET / HTTP/1.1\r\nHost: a\r\n\r\n", Direction::request, explained);
    CHECK_THAT(text, Contains("> GET / HTTP/1.1\n      GET: "));
    CHECK_THAT(text,
               Contains("> Host: a\n      Host: the URL's host and port, which select the site "
                        "(RFC 9110 §7.2)\n"));
    CHECK_THAT(text, Contains("> \n      the empty line"));
}

TEST_CASE("An empty line before a request is explained", "[common][http][transcript]")
{
    const std::string text =
        transcript_of("\r\nGET / HTTP/1.1\r\n\r\n", Direction::request, explained);
    CHECK_THAT(text, Contains("> \n      an empty line before a head is ignored") &&
                         Contains("      GET: get the"));
}

TEST_CASE("A line that ends without CR is reported", "[common][http][transcript]")
{
    const auto shown = [](const char* head) {
        return transcript_of(head, Direction::request, explained);
    };
    CHECK_THAT(shown("GET / HTTP/1.1\r\nHost: a\n\r\n"), Contains("CR LF (RFC 9112 §2.2)"));
    CHECK_THAT(shown("GET / HTTP/1.1\r\nHost"), Contains("CR LF (RFC 9112 §2.2)"));
    CHECK_THAT(shown("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), !Contains("CR LF"));
}

TEST_CASE("Control characters from the peer are escaped, also in explanations",
          "[common][http][transcript]")
{
    const std::string head = "\x1b]0;G\a /\x9b"
                             "2J HTTP/1.1\r\nX\x1b[31m: \b\x7f\r\n< HTTP/1.1 200 OK\r\n\r\n";
    for (const auto style : {heads, explained}) {
        const std::string text = transcript_of(head, Direction::request, style);
        CAPTURE(text);
        CHECK(text.find_first_of("\x1b\a\b\x7f\x9b\r") == std::string::npos);
        CHECK_THAT(text, Contains("> \\x1b]0;G\\x07 /\\x9b2J HTTP/1.1\n"));
        CHECK_THAT(text, Contains("> < HTTP/1.1 200 OK\n"));
    }
}

TEST_CASE("The colour of a line ends with the line", "[common][http][transcript]")
{
    CHECK(transcript_of("GET / HTTP/1.1\r\n", Direction::request,
                        {.detail = TranscriptStyle::Detail::heads, .colour = true}) ==
          "\x1b[36m> GET / HTTP/1.1\x1b[0m\n");
}
