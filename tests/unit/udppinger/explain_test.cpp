#include "udppinger/explain.h"

#include "catch.h"

using namespace std::string_literals;

namespace {

const net::Address here = net::resolve("192.0.2.1", 5000, SOCK_DGRAM).front();
const net::Address there = net::resolve("2001:db8::1", 12000, SOCK_DGRAM).front();

} // namespace

TEST_CASE("The parts of a ping are named", "[udppinger][explain]")
{
    CHECK(udppinger::explain("PING 1 1700000000.5 AB\0\0\0"s, here, there) ==
          "UDP from 192.0.2.1:5000 to [2001:db8::1]:12000, length 33: header 8, data 25 (RFC 768)\n"
          "    \"PING\"                type of message\n"
          "    \"1\"                   sequence number\n"
          "    \"1700000000.5\"        sending time, in seconds since 1970\n"
          "    \" AB\"                 filling up to the size\n"
          "    and 3 NULs of padding\n");
}

TEST_CASE("Other clocks' times and line ends are named", "[udppinger][explain]")
{
    const auto parts = [](const std::string& bytes) {
        const std::string text = udppinger::explain(bytes, here, there);
        return text.substr(text.find('\n') + 1);
    };
    CHECK(parts("PING 0 1700000000123 \r\n") ==
          "    \"PING\"                type of message\n"
          "    \"0\"                   sequence number\n"
          "    \"1700000000123\"       sending time, in milliseconds since 1970\n"
          "    \"\\x0d\\x0a\"            line end\n");
    CHECK_THAT(parts("Ping 1 today"), Contains("sending time, in a form that is not read here\n"));
    CHECK_THAT(parts("Ping 1"), EndsWith("sequence number\n"));
}

TEST_CASE("Other datagrams are shown escaped for a terminal", "[udppinger][explain]")
{
    CHECK(udppinger::explain("\x1b[31mhi", here, there)
              .ends_with(": header 8, data 7 (RFC 768)\n    \"\\x1b[31mhi\"          neither ping "
                         "nor heartbeat\n"));
    CHECK(udppinger::explain("", here, there).ends_with("length 8: header 8, data 0 (RFC 768)\n"));
}

TEST_CASE("A quoted datagram is printable ASCII and cut when it is long", "[udppinger][explain]")
{
    CHECK(udppinger::quoted("") == "\"\"");
    CHECK(udppinger::quoted("a\"b\xc3\n") == R"("a\x22b\xc3\x0a")");
    CHECK(udppinger::quoted(std::string(65, 'x')) ==
          "\"" + std::string(64, 'x') + "\" and 1 byte more");
}
