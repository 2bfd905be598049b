#include "common/http/list.h"

#include <catch2/catch.hpp>

using http::list_members;
using http::unquoted;
using Members = std::vector<std::string_view>;

TEST_CASE("A list falls into its members, and quotes hide commas", "[common][list]")
{
    struct Row {
        std::string_view list;
        Members members;
    };
    for (const auto& [list, members] : {
             Row{"", {}},
             {" , ,\t", {}},
             {"a", {"a"}},
             {"a,b", {"a", "b"}},
             {" a ,\tb\t", {"a", "b"}},
             {",a,,b,", {"a", "b"}},
             {"a=\"b,c\", d", {"a=\"b,c\"", "d"}},
             {"a=\"b\\\",c\", d", {"a=\"b\\\",c\"", "d"}},
             {"a\\,b", {"a\\", "b"}}, // outside of quotes a backslash escapes nothing
             {"a=\"b, c", {"a=\"b, c"}},
             {"\"\\", {"\"\\"}},
         }) {
        CAPTURE(list);
        CHECK(list_members(list) == members);
    }
}

TEST_CASE("A quoted string stands for what is in it", "[common][list]")
{
    CHECK(unquoted("") == "");
    CHECK(unquoted("a") == "a");
    CHECK(unquoted("\"a b\"") == "a b");
    CHECK(unquoted("\"a\\\"\\b\"") == "a\"b");
    CHECK(unquoted("\"a") == "a");
    CHECK(unquoted("\"a\\") == "a\\");
    CHECK(unquoted("\"a\"b") == "a");
}
