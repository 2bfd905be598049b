#include "common/http/list.h"

#include "catch.h"

using http::list_members;
using http::unquoted;
using Members = std::vector<std::string_view>;

TEST_CASE("A list is split into its members, but not at quoted commas", "[common][list]")
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
             {"a\\,b", {"a\\", "b"}}, // outside quotes a backslash is no escape
             {"a=\"b, c", {"a=\"b, c"}},
             {"\"\\", {"\"\\"}},
         }) {
        CAPTURE(list);
        CHECK(list_members(list) == members);
    }
}

TEST_CASE("A quoted string is replaced by its content", "[common][list]")
{
    CHECK(unquoted("") == "");
    CHECK(unquoted("a") == "a");
    CHECK(unquoted("\"a b\"") == "a b");
    CHECK(unquoted("\"a\\\"\\b\"") == "a\"b");
    CHECK(unquoted("\"a") == "a");
    CHECK(unquoted("\"a\\") == "a\\");
    CHECK(unquoted("\"a\"b") == "a");
}
