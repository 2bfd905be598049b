// How a program's command line is put together.
#include "catch.h"

#include "tests/grade/peers/command.h"
#include "tests/grade/peers/record.h"

using grade::escaped;
using grade::fill_in;

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
