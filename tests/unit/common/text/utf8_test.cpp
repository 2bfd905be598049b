#include "common/text/utf8.h"

#include "catch.h"

TEST_CASE("UTF-8 is told from other bytes", "[common][utf8]")
{
    for (const std::string good : {"", "a", "\xc2\x80", "\xc3\xa4", "\xe0\xa0\x80", "\xed\x9f\xbf",
                                   "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
        CAPTURE(good);
        CHECK(net::is_utf8("x" + good + "x"));
        CHECK(net::character_size(good + "x") == std::max<std::size_t>(good.size(), 1));
    }
    for (const std::string bad : {"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xc3", "\xc3(",
                                  "\xe0\x9f\xbf", "\xe2\x82", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                                  "\xf0\x9f\x98", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
        CAPTURE(bad);
        CHECK_FALSE(net::is_utf8("x" + bad + "x"));
        CHECK_FALSE(net::is_utf8(bad));
        CHECK(net::character_size(bad) == 1);
        CHECK_FALSE(net::is_ascii(bad));
    }
    CHECK(net::is_ascii("a\x7f"));
    CHECK(net::character_size("") == 0);
}
