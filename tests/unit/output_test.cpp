#include "common/output.h"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;

TEST_CASE("Times are in milliseconds to the microsecond", "[common][output]")
{
    CHECK(net::milliseconds_text(45us) == "0.045");
    CHECK(net::milliseconds_text(2s) == "2000.000");
    CHECK(net::milliseconds_text(1234567ns) == "1.235");
}

TEST_CASE("One thing is singular", "[common][output]")
{
    CHECK(net::count_text(0, "packet") == "0 packets");
    CHECK(net::count_text(1, "packet") == "1 packet");
    CHECK(net::count_text(2, "packet") == "2 packets");
}
