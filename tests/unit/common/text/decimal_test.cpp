#include "common/text/decimal.h"

#include "catch.h"

#include <limits>

TEST_CASE("A number has the fewest digits that identify it, and never an exponent",
          "[common][decimal]")
{
    struct Row {
        double number;
        const char* text;
    };
    for (const auto& [number, text] : {Row{0, "0"},
                                       {30, "30"},
                                       {0.1, "0.1"},
                                       {0.000001, "0.000001"},
                                       {1e9, "1000000000"},
                                       {-2.5, "-2.5"}})
        CHECK(net::decimal(number) == text);
    CHECK(net::decimal(std::numeric_limits<double>::max()).size() == 309);
    CHECK(net::decimal(std::numeric_limits<double>::denorm_min()).starts_with("0.000"));
}

TEST_CASE("A number is rounded to a given number of digits", "[common][decimal]")
{
    CHECK(net::decimal(0.0451, 3) == "0.045");
    CHECK(net::decimal(2, 3) == "2.000");
    CHECK(net::decimal(0.9996, 3) == "1.000");
    CHECK(net::decimal(1700000000.123456, 6) == "1700000000.123456");
    CHECK(net::decimal(99.5, 0) == "100"); // half to even
}

TEST_CASE("A size has a unit that leaves few digits", "[common][decimal]")
{
    CHECK(net::size_text(0) == "0 B");
    CHECK(net::size_text(999) == "999 B");
    CHECK(net::size_text(1000) == "1.0 kB");
    CHECK(net::size_text(1'999) == "1.9 kB");
    CHECK(net::size_text(999'999) == "999.9 kB");
    CHECK(net::size_text(12'345'678) == "12.3 MB");
    CHECK(net::size_text(5'000'000'000'000'000) == "5000.0 TB");
    CHECK(net::size_text(std::numeric_limits<std::uint64_t>::max()) == "18446744.0 TB");
}
