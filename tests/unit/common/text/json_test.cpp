#include "common/text/json.h"

#include "catch.h"

TEST_CASE("A JSON string escapes only the necessary characters", "[common][json]")
{
    CHECK(net::json_string("host") == "\"host\"");
    CHECK(net::json_string("a\"b\\\x01\x7f") == "\"a\\\"b\\\\\\u0001\\u007f\"");
    CHECK(net::json_string("\xc3\xa4") == "\"\xc3\xa4\"");
}

TEST_CASE("A JSON string is UTF-8 whatever bytes it is made of", "[common][json]")
{
    const std::string replacement = "\xef\xbf\xbd"; // U+FFFD
    struct Row {
        std::string bytes, json;
    };
    for (const auto& [bytes, json] : {
             Row{"a\xff", "a" + replacement},
             {"\xc3", replacement},
             {"\xc3(", replacement + "("},
             {"\x80\x80", replacement + replacement},
             {"\xc0\xaf", replacement + replacement},                   // overlong
             {"\xed\xa0\x80", replacement + replacement + replacement}, // a surrogate
             {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
             {"\xf0\x9f\x98", replacement + replacement + replacement}, // cut off
         })
        CHECK(net::json_string(bytes) == "\"" + json + "\"");
}

TEST_CASE("Objects and arrays have their members in order", "[common][json]")
{
    CHECK(net::json_object({}) == "{}");
    CHECK(net::json_object({{"b", "1"}, {"a", "null"}}) == "{\"b\":1,\"a\":null}");
    CHECK(net::json_array({}) == "[]");
    CHECK(net::json_array({"1", "{}"}) == "[1,{}]");
}
