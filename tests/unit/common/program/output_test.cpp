#include "common/program/output.h"

#include "catch.h"

using namespace std::chrono_literals;

TEST_CASE("Times are in milliseconds to the microsecond", "[common][output]")
{
    CHECK(net::milliseconds_text(45us) == "0.045");
    CHECK(net::milliseconds_text(2s) == "2000.000");
    CHECK(net::milliseconds_text(1234567ns) == "1.235");
}

TEST_CASE("A count of one has a singular noun", "[common][output]")
{
    CHECK(net::count_text(0, "packet") == "0 packets");
    CHECK(net::count_text(1, "packet") == "1 packet");
    CHECK(net::count_text(2, "packet") == "2 packets");
}

TEST_CASE("Text is aligned to the right, and longer text is unchanged", "[common][output]")
{
    CHECK(net::right_aligned("12", 4) == "  12");
    CHECK(net::right_aligned("12345", 4) == "12345");
}

TEST_CASE("The time prefix is the Unix time with microseconds", "[common][output]")
{
    CHECK_THAT(net::time_prefix(), Matches("\\[[0-9]{10,}\\.[0-9]{6}\\] "));
}
