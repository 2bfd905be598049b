#include "common/text/number.h"

#include "catch.h"

TEST_CASE("A number is digits and nothing else", "[common][number]")
{
    CHECK(net::parse_number("0") == 0U);
    CHECK(net::parse_number("007") == 7U);
    CHECK(net::parse_number("18446744073709551615") == 18446744073709551615U);
    CHECK(net::parse_number<std::uint16_t>("65535") == 65535U);
    CHECK(net::parse_number<std::uint8_t>("fF", 16) == 255U);
    for (const auto* text :
         {"", " 1", "1 ", "+1", "-1", "-0", "1.0", "0x1", "a", "18446744073709551616"}) {
        CAPTURE(text);
        CHECK_FALSE(net::parse_number(text));
    }
    CHECK_FALSE(net::parse_number<std::uint16_t>("65536"));
    CHECK_FALSE(net::parse_number<std::uint8_t>("100", 16));
}

TEST_CASE("A capped number that does not fit is the largest one", "[common][number]")
{
    CHECK(net::parse_capped("12") == 12U);
    CHECK(net::parse_capped("18446744073709551616") == 18446744073709551615U);
    CHECK(net::parse_capped(std::string(40, '9')) == 18446744073709551615U);
    for (const std::string text : {"", " 1", "1 ", "+1", "-1", "99999999999999999999x"})
        CHECK_FALSE(net::parse_capped(text));
}
