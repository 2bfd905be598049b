#include "common/http/ranges.h"

#include "catch.h"

#include <algorithm>
#include <limits>

using http::ByteRange;
using http::content_range;
using http::parse_range;

namespace {

/// "0+10 20+5": first and count of each; "416" for an empty list, "ignored" for nullopt.
std::string words(const std::optional<std::vector<ByteRange>>& ranges)
{
    if (!ranges) return "ignored";
    if (ranges->empty()) return "416";
    std::string text;
    for (const ByteRange& range : *ranges)
        text += (text.empty() ? "" : " ") + std::to_string(range.first) + "+" +
                std::to_string(range.count);
    return text;
}

/// "bytes=0-0,2-2,4-4" with that many parts.
std::string spread(int parts, const std::string& unit = "bytes=")
{
    std::string value = unit;
    for (int i = 0; i < parts; ++i)
        value += (i == 0 ? "" : ",") + std::to_string(2 * i) + "-" + std::to_string(2 * i);
    return value;
}

} // namespace

TEST_CASE("A range is cut at the end of the file", "[webserver][ranges]")
{
    struct Row {
        const char *value, *ranges;
    };
    for (const auto& [value, ranges] : {
             Row{"bytes=0-0", "0+1"},       {"bytes=0-99", "0+100"}, {"bytes=0-98", "0+99"},
             {"bytes=1-", "1+99"},          {"bytes=0-", "0+100"},   {"bytes=99-", "99+1"},
             {"bytes=99-99", "99+1"},       {"bytes=50-50", "50+1"}, {"bytes=10-19", "10+10"},
             {"bytes=50-100", "50+50"},                           // beyond the end
             {"bytes=50-1000000", "50+50"}, {"bytes=-1", "99+1"}, // from the end
             {"bytes=-99", "1+99"},         {"bytes=-100", "0+100"}, {"bytes=-101", "0+100"},
             {"bytes=-1000000", "0+100"},   {"bytes=100-", "416"},   {"bytes=100-100", "416"},
             {"bytes=1000-2000", "416"},    {"bytes=-0", "416"},     {"bytes=-000", "416"},
             {"bytes=007-011", "7+5"},      {"bytes=00-", "0+100"},
         }) {
        CAPTURE(value);
        CHECK(words(parse_range(value, 100)) == ranges);
    }
}

TEST_CASE("Numbers may be larger than any file", "[webserver][ranges]")
{
    constexpr std::uint64_t huge = std::numeric_limits<std::uint64_t>::max();
    struct Row {
        const char* value;
        std::uint64_t size;
        const char* ranges;
    };
    for (const auto& [value, size, ranges] : {
             Row{"bytes=10-18446744073709551615", 100, "10+90"}, // 2^64 - 1
             {"bytes=10-18446744073709551616", 100, "10+90"},
             {"bytes=10-99999999999999999999999999999999", 100, "10+90"},
             {"bytes=18446744073709551615-", 100, "416"},
             {"bytes=18446744073709551616-", 100, "416"},
             {"bytes=99999999999999999999-99999999999999999999", 100, "416"},
             {"bytes=-18446744073709551615", 100, "0+100"},
             {"bytes=-18446744073709551616", 100, "0+100"},
             {"bytes=00000000000000000000000000000001-2", 100, "1+2"},
             {"bytes=9223372036854775807-9223372036854775808", huge, "9223372036854775807+2"},
             {"bytes=0-18446744073709551615", huge, "0+18446744073709551615"},
             {"bytes=18446744073709551614-", huge, "18446744073709551614+1"},
             {"bytes=18446744073709551615-", huge, "416"},
             {"bytes=-1,0-0", huge, "18446744073709551614+1 0+1"},
             {"bytes=-2,18446744073709551613-", huge, "18446744073709551613+2"},
         }) {
        CAPTURE(value, size);
        CHECK(words(parse_range(value, size)) == ranges);
    }
}

TEST_CASE("A malformed list of ranges cannot be satisfied, and another unit is ignored",
          "[webserver][ranges]")
{
    using namespace std::string_view_literals;
    for (const std::string_view value :
         {"bytes="sv,      "bytes=,"sv,       "bytes=, ,"sv,       "bytes=-"sv,
          "bytes=1"sv,     "bytes=a-b"sv,     "bytes=1-b"sv,       "bytes=a-1"sv,
          "bytes=-a"sv,    "bytes=5-4"sv,     "bytes=200-150"sv,   "bytes=--1"sv,
          "bytes=1--2"sv,  "bytes=1-2-3"sv,   "bytes=-1-"sv,       "bytes=+1-2"sv,
          "bytes=1-+2"sv,  "bytes=0x1-2"sv,   "bytes=1.0-2"sv,     "bytes=1 -2"sv,
          "bytes=1- 2"sv,  "bytes= 1 - 2"sv,  "bytes=1-2 3-4"sv,   "bytes=1-2;3"sv,
          "bytes=0-1,a"sv, "bytes=0-1,5-4"sv, "bytes=a,0-1"sv,     "bytes=0-1,-"sv,
          "bytes=0-1,5"sv, "bytes=0-1\0"sv,   "bytes=\xd9\xa1-2"sv}) {
        CAPTURE(value);
        CHECK(words(parse_range(value, 100)) == "416");
    }
    for (const std::string_view value :
         {""sv, "bytes"sv, "bytes 0-1"sv, "bytes:0-1"sv, "bytes =0-1"sv, " bytes=0-1"sv,
          "byte=0-1"sv, "bytess=0-1"sv, "lines=0-1"sv, "none"sv, "items=0-1"sv, "seconds=0-1"sv,
          "=0-1"sv, "0-1"sv}) {
        CAPTURE(value);
        CHECK(words(parse_range(value, 100)) == "ignored");
    }
}

TEST_CASE("The unit is case-insensitive, and lists can have empty members", "[webserver][ranges]")
{
    struct Row {
        const char *value, *ranges;
    };
    for (const auto& [value, ranges] : {
             Row{"Bytes=0-1", "0+2"}, // RFC 9110 §14.1
             {"BYTES=0-1", "0+2"},
             {"bytes=,0-1", "0+2"}, // §5.6.1.2
             {"bytes=0-1,", "0+2"},
             {"bytes= 0-1", "0+2"},
             {"bytes=0-1 ", "0+2"},
             {"bytes=\t0-1\t,\t5-6\t", "0+2 5+2"},
             {"bytes=0-1,,,5-6", "0+2 5+2"},
             {"bytes=0-1, ,5-6", "0+2 5+2"},
         }) {
        CAPTURE(value);
        CHECK(words(parse_range(value, 100)) == ranges);
    }
}

TEST_CASE("Several ranges stay as requested unless they overlap", "[webserver][ranges]")
{
    struct Row {
        const char *value, *ranges;
    };
    for (const auto& [value, ranges] : {
             Row{"bytes=0-9,20-29", "0+10 20+10"},
             {"bytes=20-29,0-9", "20+10 0+10"}, // in the requested order
             {"bytes=-10,0-9", "90+10 0+10"},
             {"bytes=0-9,11-19", "0+10 11+9"}, // a gap of one byte
             {"bytes=0-9,10-19", "0+10 10+10"},
             {"bytes=10-19,0-9", "10+10 0+10"},
             {"bytes=0-9,9-19", "0+20"},
             {"bytes=0-9,0-9", "0+10"},
             {"bytes=0-50,10-20", "0+51"},
             {"bytes=10-20,0-50", "0+51"},
             {"bytes=10-20,0-", "ignored"}, // all of it
             {"bytes=0-,-1", "ignored"},
             {"bytes=0-,100-", "ignored"},
             {"bytes=-10,-20", "80+20"},
             {"bytes=90-99,-5", "90+10"},
             {"bytes=0-1,50-51,1-2", "0+3 50+2"}, // all are sorted if two overlap
             {"bytes=50-51,0-1,1-2", "0+3 50+2"},
             {"bytes=80-81,40-41,0-1,41-42", "0+2 40+3 80+2"},
             {"bytes=0-0,1-1,2-2,3-3", "0+1 1+1 2+1 3+1"},
             {"bytes=0-10,5-20,15-30", "0+31"},
             {"bytes=0-0,100-200", "0+1"}, // ranges beyond the end are omitted
             {"bytes=100-,0-0", "0+1"},
             {"bytes=0-0,-0", "0+1"},
             {"bytes=100-,200-", "416"},
             {"bytes=100-,-0", "416"},
             {"bytes=0-0,-1", "0+1 99+1"},
         }) {
        CAPTURE(value);
        CHECK(words(parse_range(value, 100)) == ranges);
    }
}

TEST_CASE("Any two ranges give each of their bytes once", "[webserver][ranges]")
{
    static constexpr int size = 5;
    std::vector<std::string> specs;
    for (int first = -1; first <= size; ++first)
        for (int end = std::max(first, 0); end <= size + 1; ++end)
            specs.push_back((first < 0 ? "" : std::to_string(first)) + "-" + std::to_string(end));
    const auto bytes_of = [](const std::string& value) {
        const auto ranges = parse_range(value, size);
        if (!ranges) return std::string("01234");
        std::string bytes;
        for (const ByteRange& range : *ranges) {
            REQUIRE(range.count > 0);
            REQUIRE(range.first + range.count <= size);
            bytes += std::string("01234").substr(range.first, range.count);
        }
        return bytes;
    };
    for (const std::string& one : specs)
        for (const std::string& other : specs) {
            CAPTURE(one, other);
            std::string wanted = bytes_of("bytes=" + one) + bytes_of("bytes=" + other);
            std::ranges::sort(wanted);
            wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
            std::string bytes = bytes_of("bytes=" + one + "," + other);
            std::ranges::sort(bytes);
            REQUIRE(bytes == wanted);
        }
}

TEST_CASE("Sixty-four ranges are served, and more are ignored", "[webserver][ranges]")
{
    const auto most = parse_range(spread(64), 1000);
    REQUIRE(most);
    CHECK(most->size() == 64);
    CHECK(most->back() == ByteRange{126, 1});
    CHECK_FALSE(parse_range(spread(65), 1000));
    CHECK_FALSE(parse_range(spread(5000), 100'000));
    CHECK_FALSE(parse_range(spread(65), 1)); // ranges beyond the end count, too
    CHECK(words(parse_range(spread(64, "bytes=,,,,,"), 2)) == "0+1");

    std::string same = "bytes=0-";
    for (int i = 1; i < 64; ++i)
        same += ",0-";
    CHECK(words(parse_range(same, 10)) == "ignored");
}

TEST_CASE("An empty file has no ranges and is sent whole", "[webserver][ranges]")
{
    for (const char* value : {"bytes=0-", "bytes=0-0", "bytes=-1", "bytes=-0", "bytes=5-4", "x"}) {
        CAPTURE(value);
        CHECK_FALSE(parse_range(value, 0));
    }
}

TEST_CASE("Content-Range gives the position of a range", "[webserver][ranges]")
{
    CHECK(content_range({0, 100}, 1234) == "bytes 0-99/1234");
    CHECK(content_range({0, 1}, 1) == "bytes 0-0/1");
    CHECK(content_range({1233, 1}, 1234) == "bytes 1233-1233/1234");
    constexpr std::uint64_t huge = std::numeric_limits<std::uint64_t>::max();
    CHECK(content_range({huge - 1, 1}, huge) ==
          "bytes 18446744073709551614-18446744073709551614/18446744073709551615");
}
