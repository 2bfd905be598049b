#include "common/text/json.h"

#include "catch.h"

TEST_CASE("A JSON string escapes only the necessary characters", "[common][json]")
{
    CHECK(net::json_string("host") == "\"host\"");
    CHECK(net::json_string("a\"b\\\x01\x7f") == "\"a\\\"b\\\\\\u0001\\u007f\"");
    CHECK(net::json_string("\xc3\xa4") == "\"\xc3\xa4\"");
}

TEST_CASE("Objects and arrays have their members in order", "[common][json]")
{
    CHECK(net::json_object({}) == "{}");
    CHECK(net::json_object({{"b", "1"}, {"a", "null"}}) == "{\"b\":1,\"a\":null}");
    CHECK(net::json_array({}) == "[]");
    CHECK(net::json_array({"1", "{}"}) == "[1,{}]");
}
