#include "common/ping/chart.h"

#include "catch.h"

#include <algorithm>
#include <sstream>

using net::Strip;
using namespace std::chrono_literals;

TEST_CASE("A strip grows by one cell per ping, which the answer changes", "[common][chart]")
{
    Strip strip(80, false);
    CHECK(strip.sent(1) == "·");
    CHECK(strip.answered(1, 50us) == "\r▁");
    CHECK(strip.sent(2) == "·");
    CHECK(strip.sent(3) == "·");
    CHECK(strip.answered(3, 50ms) == "\r▁·▇");
    CHECK(strip.lost(2) == "\r▁×▇");
    CHECK(strip.failed(3) == "\r▁×!");
}

TEST_CASE("The height of a cell shows the round-trip time", "[common][chart]")
{
    struct Row {
        std::chrono::nanoseconds rtt;
        const char* cell;
    };
    for (const auto& [rtt, cell] : {Row{0ns, "▁"},
                                    {100us, "▂"},
                                    {500us, "▃"},
                                    {2ms, "▄"},
                                    {9ms, "▅"},
                                    {10ms, "▆"},
                                    {99ms, "▇"},
                                    {10s, "█"}}) {
        Strip strip(80, false);
        CHECK(strip.sent(1) == "·");
        CHECK(strip.answered(1, rtt) == std::string("\r") + cell);
    }
}

TEST_CASE("With colour a loss is red, and the colour ends with the cell", "[common][chart]")
{
    Strip strip(80, true);
    CHECK(strip.sent(1) == "·");
    CHECK(strip.lost(1) == "\r\x1b[97;41m×\x1b[0m");
    CHECK(strip.answered(1, 1us) == "\r\x1b[32m▁\x1b[0m");
    CHECK_THAT(strip.legend(), Contains("lost \x1b[97;41m×"));
    CHECK(Strip(80, false).legend().find('\x1b') == std::string::npos);
}

TEST_CASE("A full row is followed by another; a late answer updates the row of its ping",
          "[common][chart]")
{
    Strip strip(4, false); // three cells: the last column stays free
    CHECK(strip.sent(1) + strip.sent(2) + strip.sent(3) == "···");
    CHECK(strip.sent(4) == "\n·");
    CHECK(strip.lost(2) == "\r\x1b[1A·×·\r\x1b[1B·");
    CHECK(strip.answered(4, 1us) == "\r▁");
}

TEST_CASE("Rows that may have scrolled off the screen are not updated", "[common][chart]")
{
    Strip strip(11, false);
    for (std::uint64_t number = 1; number <= 81; ++number)
        CHECK_FALSE(strip.sent(number).empty());
    CHECK(strip.lost(1).empty());
    CHECK(strip.lost(10).empty());
    CHECK_THAT(strip.lost(11), Contains("\x1b[7A×"));
    CHECK(strip.lost(82).empty()); // nor one that was never sent
}

TEST_CASE("The bars of a histogram count every answer and every loss", "[common][chart]")
{
    net::Histogram rtts;
    for (int i = 1; i <= 1000; ++i)
        rtts.add(i * 10us);
    const std::string text = net::histogram_text(rtts, 20, 60, false);
    std::istringstream lines(text);
    std::string line;
    std::uint64_t sum = 0;
    int rows = 0;
    while (std::getline(lines, line)) {
        ++rows;
        sum += std::stoull(line.substr(14));
    }
    CHECK(rows == 9);
    CHECK(sum == 1020);
    CHECK_THAT(text, Contains("0.010 ms +") && Contains("lost"));
}

TEST_CASE("A histogram of equal times, or of none, has no empty rows", "[common][chart]")
{
    net::Histogram rtts;
    CHECK(net::histogram_text(rtts, 0, 60, false) == "     lost             0  \n");
    rtts.add(50us);
    rtts.add(50us);
    const std::string text = net::histogram_text(rtts, 0, 60, false);
    CHECK(std::ranges::count(text, '\n') <= 3);
    CHECK_THAT(text, Contains("    0.050 ms +        2  █"));
}
