#include "common/text/base64.h"

#include "catch.h"

#include "common/text/ascii.h"

using namespace std::string_literals;

TEST_CASE("base64() encodes as in RFC 4648", "[common][base64]")
{
    struct Row {
        std::string bytes;
        std::string text;
    };
    const auto row = GENERATE(values<Row>({{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"},
                                           {"\xfb\xff\xfe"s, "+//+"},
                                           {"\0\0\0"s, "AAAA"}}));
    CAPTURE(row.text);
    CHECK(net::base64(row.bytes) == row.text);
    CHECK(net::base64_decoded(row.text) == row.bytes);
}

TEST_CASE("Text that is not base64 is not decoded", "[common][base64]")
{
    for (const char* bad :
         {"Z", "Zg", "Zg=", "Zg===", "====", "Z===", "Zm 8", "Zm8=Zm8=", "Zm9v\n"}) {
        CAPTURE(bad);
        CHECK_FALSE(net::base64_decoded(bad));
    }
}

TEST_CASE("Base64 lines have 76 characters, and their total size is known in advance",
          "[common][base64]")
{
    std::string bytes;
    for (int i = 0; i < 1000; ++i)
        bytes += static_cast<char>(i * 7);
    for (const std::size_t size :
         std::initializer_list<std::size_t>{0, 1, 56, 57, 58, 114, 115, 1000}) {
        CAPTURE(size);
        const auto part = bytes.substr(0, size);
        std::string lines;
        net::append_base64_lines(lines, part);
        CHECK(lines.size() == net::base64_lines_size(size));
        std::string joined;
        for (auto line : net::split(lines, '\n')) {
            CHECK(line.size() <= 77);
            joined += line.substr(0, line.find('\r'));
        }
        CHECK(net::base64_decoded(joined) == part);
        std::string pieces;
        net::append_base64_lines(pieces, part.substr(0, std::min<std::size_t>(57, size)));
        if (size > 57) net::append_base64_lines(pieces, part.substr(57));
        CHECK(pieces == lines);
    }
}
