#include "common/http/entity_tag.h"

#include "catch.h"

using http::TagComparison;

TEST_CASE("Entity tags are compared strongly or weakly", "[common][http][entity_tag]")
{
    struct Row {
        const char *a, *b;
        bool strong, weak;
    };
    for (const auto& [a, b, strong, weak] : {
             // RFC 9110 §8.8.3.2
             Row{R"(W/"1")", R"(W/"1")", false, true},
             {R"(W/"1")", R"(W/"2")", false, false},
             {R"(W/"1")", R"("1")", false, true},
             {R"("1")", R"("1")", true, true},
         }) {
        CAPTURE(a, b);
        CHECK(http::same_tag(a, b, TagComparison::strong) == strong);
        CHECK(http::same_tag(a, b, TagComparison::weak) == weak);
    }
}

TEST_CASE("A list of entity tags names those in it", "[common][http][entity_tag]")
{
    struct Row {
        const char* list;
        bool strong, weak; // whether it names "a"
    };
    for (const auto& [list, strong, weak] : {
             Row{R"("a")", true, true},
             {R"(W/"a")", false, true},
             {R"("b", "a")", true, true},
             {R"("b","a","c")", true, true},
             {R"(, ,"a")", true, true},
             {"\"b\"	\"a\"", true, true},
             {"*", true, true},
             {R"(no tag, "a")", true, true},
             {R"("b, \"a")", false, false}, // tags have no escapes
             {R"("x,"a)", false, false},
             {R"("ab")", false, false},
             {R"("a)", false, false},
             {"a", false, false},
             {"", false, false},
             {R"("b", *)", false, false},
         }) {
        CAPTURE(list);
        CHECK(http::contains_tag(list, R"("a")", TagComparison::strong) == strong);
        CHECK(http::contains_tag(list, R"("a")", TagComparison::weak) == weak);
    }
}
