// How a program's command line is put together.
#include "catch.h"

#include "tests/grade/peers/command.h"
#include "tests/grade/peers/name_server.h"
#include "tests/grade/peers/record.h"
#include "tests/grade/peers/wire.h"

using grade::escaped;
using grade::fill_in;
using namespace std::string_literals;

TEST_CASE("Values fill a command's placeholders, or are its arguments", "[grader][own]")
{
    const grade::Values values = {{"host", "::1"}, {"port", "80"}};
    CHECK(fill_in("python3 C.py", values) == "python3 C.py '::1' '80'");
    CHECK(fill_in("c --port={port} {host}", values) == "c --port='80' '::1'");
    CHECK(fill_in("c {host}", values) == "c '::1'");
    CHECK(fill_in("c {port}{port} {user}", values) == "c '80''80' {user}");
    CHECK(fill_in("c", {{"file", "it's {port}"}}) == "c 'it'\\''s {port}'");
}

TEST_CASE("A record holds no byte that a terminal would obey", "[grader][own]")
{
    CHECK(escaped("a\r\n\t\x1b[2J\\\xff") == "a\\r\\n\\t\\x1b[2J\\\\\\xff");
    CHECK(escaped(std::string(300, 'x')) == std::string(200, 'x') + "... 100 bytes more");
}

TEST_CASE("Every name has one address, and no other record", "[grader][own]")
{
    const std::string address = "\x7f\0\0\1"s;
    const std::string question = "\3www\7example\0"s;
    const auto query = [&](const std::string& type) {
        return "ab\1\0\0\1\0\0\0\0\0\0"s + question + type + "\0\1"s;
    };
    CHECK(grade::answer_to_query(query("\0\1"s), address) ==
          "ab\x85\x80\0\1\0\1\0\0\0\0"s + question + "\0\1\0\1"s +
              "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4"s + address);
    CHECK(grade::answer_to_query(query("\0\x1c"s), address) == // AAAA
          "ab\x85\x80\0\1\0\0\0\0\0\0"s + question + "\0\x1c\0\1"s);
    CHECK(grade::answer_to_query("ab", address).empty());
    CHECK(grade::answer_to_query(query("\0"s).substr(0, 26), address).empty());
}

TEST_CASE("The port is read from a SYN or a UDP datagram", "[grader][own]")
{
    using grade::port_of;
    using grade::Transport;
    const auto packet = [](char protocol, char flags) {
        std::string bytes(40, '\0');
        bytes[0] = 0x45;
        bytes[9] = protocol;
        bytes[22] = 0x02;
        bytes[23] = 0x4b; // 587
        bytes[33] = flags;
        return bytes;
    };
    CHECK(port_of(packet(6, 0x02), Transport::tcp) == 587);
    CHECK_FALSE(port_of(packet(6, 0x12), Transport::tcp)); // SYN, ACK
    CHECK_FALSE(port_of(packet(6, 0x10), Transport::tcp));
    CHECK_FALSE(port_of(packet(6, 0x02), Transport::udp));
    CHECK(port_of(packet(17, 0), Transport::udp) == 587);
    CHECK_FALSE(port_of(packet(17, 0).substr(0, 19), Transport::udp));
    CHECK_FALSE(port_of("\x60" + packet(17, 0).substr(1), Transport::udp)); // IPv6
}
