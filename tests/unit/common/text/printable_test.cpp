#include "common/text/printable.h"

#include "catch.h"

#include "webserver/fetch/progress.h"

using net::incomplete_suffix;
using net::printable;
using webserver::progress_text;
using namespace std::string_literals;

TEST_CASE("Text from a peer cannot control a terminal", "[common][printable]")
{
    const auto [text, shown] = GENERATE(table<std::string, std::string>({
        {"plain\ttext\n", "plain\ttext\n"},
        {"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80", "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"},
        {"\033[2J", "\\x1b[2J"},
        {"a\r\nb", "a\\x0d\nb"},
        {"\0\a\x7f"s, "\\x00\\x07\\x7f"},
        {"\xc2\x9b"
         "2J",
         "\\xc2\\x9b2J"}, // CSI in UTF-8
        {"\x9b"
         "2J",
         "\\x9b2J"}, // CSI in an 8-bit encoding
        {"\xc2\xa0", "\xc2\xa0"},
        {"gpj.\u202eexe\u2066", "gpj.\\xe2\\x80\\xaeexe\\xe2\\x81\\xa6"}, // shown reordered
        {"\u061c\u200e\u200f", "\\xd8\\x9c\\xe2\\x80\\x8e\\xe2\\x80\\x8f"},
        {"\u202a\u2069", "\\xe2\\x80\\xaa\\xe2\\x81\\xa9"},
        {"\u061b\u061d\u200d\u2010\u2029\u202f\u2065\u206a",
         "\u061b\u061d\u200d\u2010\u2029\u202f\u2065\u206a"},     // their neighbours
        {"\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd"}, // right to left, without controls
        {"\xff\xc0\x80", "\\xff\\xc0\\x80"},
        {"\xe2\x82", "\\xe2\\x82"},
        {"\xe2\033[2J", "\\xe2\\x1b[2J"},
    }));
    CAPTURE(text);
    CHECK(printable(text) == shown);
}

TEST_CASE("One line stays one line", "[common][printable]")
{
    CHECK(net::printable_line("Grüße 𝄞") == "Grüße 𝄞");
    CHECK(net::printable_line("\033[2J\r\n\ta") == "\\x1b[2J\\x0d\\x0a\\x09a");
}

TEST_CASE("The incomplete character at the end is counted", "[common][printable]")
{
    const auto [text, size] = GENERATE(table<std::string, std::size_t>({
        {"", 0},
        {"a", 0},
        {"\xc3", 1},
        {"a\xc3\xa4", 0},
        {"a\xe2\x82", 2},
        {"\xe2", 1},
        {"\xf0\x9f\x98", 3},
        {"\xf0\x9f\x98\x80", 0},
        {"\x98\x80", 0},
        {"\xff", 0},
        {"\x80\x80\x80\x80", 0},
    }));
    CAPTURE(text);
    CHECK(incomplete_suffix(text) == size);
}

TEST_CASE("Progress is shown as text", "[webserver][progress]")
{
    CHECK(progress_text(500, 1000) == "500 B of 1.0 kB (50 %)");
    CHECK(progress_text(1000, 1000) == "1.0 kB of 1.0 kB (100 %)");
    CHECK(progress_text(500, std::nullopt) == "500 B");
    CHECK(progress_text(0, 0) == "0 B");
}
