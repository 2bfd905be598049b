#include "common/text/ascii.h"

#include "catch.h"

#include <cctype>

TEST_CASE("Letters, digits and control characters are those of the C locale", "[common][ascii]")
{
    for (int c = 0; c < 256; ++c) {
        CAPTURE(c);
        const auto letter = static_cast<char>(c);
        CHECK(net::is_digit(letter) == (std::isdigit(c) != 0));
        CHECK(net::is_letter(letter) == (std::isalpha(c) != 0));
        CHECK(net::is_control(letter) == (std::iscntrl(c) != 0));
        CHECK(net::to_lower(letter) == static_cast<char>(std::tolower(c)));
    }
}

TEST_CASE("Only the case of ASCII letters is ignored", "[common][ascii]")
{
    CHECK(net::to_lower("Content-LENGTH: 5 Ä") == "content-length: 5 Ä");
    CHECK(net::equal_ignoring_case("Host", "hOST"));
    CHECK(net::equal_ignoring_case("", ""));
    CHECK_FALSE(net::equal_ignoring_case("Host", "Hos"));
    CHECK_FALSE(net::equal_ignoring_case("ä", "Ä"));
    CHECK_FALSE(net::equal_ignoring_case(
        "[", "{")); // they differ in the same bit as letters of different case
    CHECK_FALSE(net::equal_ignoring_case("@", "`"));
}

TEST_CASE("Trimming removes only spaces and tabs at both ends", "[common][ascii]")
{
    struct Row {
        std::string_view text, trimmed;
    };
    for (const auto& [text, trimmed] : {Row{"", ""},
                                        {" \t ", ""},
                                        {"a", "a"},
                                        {"\t a b\t", "a b"},
                                        {"a  ", "a"},
                                        {"\r\na\v", "\r\na\v"}}) {
        CAPTURE(text);
        CHECK(net::trim(text) == trimmed);
    }
}

TEST_CASE("A character is found at any position, NUL included", "[common][ascii]")
{
    using namespace std::string_view_literals;
    CHECK(net::contains("abc", 'a'));
    CHECK(net::contains("abc", 'c'));
    CHECK(net::contains("a\0c"sv, '\0'));
    CHECK_FALSE(net::contains("abc", '\0'));
    CHECK_FALSE(net::contains("", 'a'));
}

TEST_CASE("Splitting keeps every part, even empty ones", "[common][ascii]")
{
    using Parts = std::vector<std::string_view>;
    struct Row {
        std::string_view text;
        Parts parts;
    };
    for (const auto& [text, parts] : {
             Row{"", {""}},
             {"a", {"a"}},
             {",", {"", ""}},
             {"a,b", {"a", "b"}},
             {"a,,b", {"a", "", "b"}},
             {",a,", {"", "a", ""}},
             {" a , b ", {" a ", " b "}}, // blanks stay
             {"a;b", {"a;b"}},
         }) {
        CAPTURE(text);
        CHECK(net::split(text, ',') == parts);
    }
    using namespace std::string_view_literals;
    CHECK(net::split("a\0b"sv, '\0') == Parts{"a", "b"});
    const std::string_view text = "one two";
    CHECK(net::split(text, ' ')[1].data() == text.data() + 4); // views, not copies
}

TEST_CASE("Only ASCII letters become upper case", "[common][ascii]")
{
    std::string text = "Ping 1 \xc3\xa4{z";
    std::ranges::transform(text, text.begin(), net::to_upper);
    CHECK(text == "PING 1 \xc3\xa4{Z");
}

TEST_CASE("Escaped text has no control character, quote or backslash", "[common][ascii]")
{
    struct Row {
        std::string_view text;
        const char* safe;
    };
    using namespace std::string_view_literals;
    for (const auto& [text, safe] : {Row{"plain text"sv, "plain text"},
                                     {""sv, ""},
                                     {"\x1b[2J"sv, R"(\x1b[2J)"},
                                     {"a\0b\n"sv, R"(a\x00b\x0a)"},
                                     {"\"\\\x7f"sv, R"(\x22\x5c\x7f)"},
                                     {"\xc3\xa4"sv, R"(\xc3\xa4)"}})
        CHECK(net::escaped(text) == safe);
    CHECK(net::hex_escape('\xff') == R"(\xff)");
}
