#include "proxy/cache/vary.h"

#include "tests/unit/cached.h"

using cached::Lines;
using proxy::selects;
using proxy::variant_of;

TEST_CASE("A variant is selected by the request fields that Vary names", "[proxy][vary]")
{
    struct Row {
        std::string vary, first, second;
        bool is_same;
    };
    for (const auto& [vary, first, second, is_same] : {
             Row{"", "", "Foo: 1\n", true},
             {"Foo", "Foo: 1\n", "Foo: 1\n", true},
             {"foo", "Foo: 1\n", "FOO: 1\n", true},
             {"Foo", "Foo: 1\n", "Foo: 2\n", false},
             {"Foo", "Foo: 1\n", "", false},
             {"Foo", "", "Foo: 1\n", false},
             {"Foo", "", "", true},
             {"Foo", "Foo:\n", "Foo:\n", true},
             {"Foo", "Foo:\n", "", false},
             {"Foo", "Foo: a\n", "Foo: A\n", false},
             {"Foo", "Foo: 1\nOther: 2\n", "Foo: 1\nOther: 3\n", true},
             {"Foo, Bar", "Foo: 1\nBar: 2\n", "Bar: 2\nFoo: 1\n", true},
             {"Foo, Bar", "Foo: 1\nBar: 2\n", "Foo: 1\nBar: 3\n", false},
             {"Foo, Bar, Baz", "Foo: 1\nBaz: 3\n", "Foo: 1\nBaz: 3\n", true},
             {"Foo, Bar, Baz", "Foo: 1\nBaz: 3\n", "Foo: 1\nBar: 3\n", false},
             {"Foo", "Foo: 1,2\n", "Foo: 1 ,\t2\n", true},
             {"Foo", "Foo: 1, 2\n", "Foo: 1\nFoo: 2\n", true},
             {"Foo", "Foo: 1, 2\n", "Foo: 2, 1\n", false},
             {"Foo", "Foo: \"1,2\"\n", "Foo: \"1, 2\"\n", false},
             {"Foo", "Foo: 1 2\n", "Foo: 12\n", false},
             {"Accept-Language", "Accept-Language: en, de\n", "Accept-Language: de, EN\n", true},
             {"Accept-Language", "Accept-Language: en;q=0.5\n", "Accept-Language: en ; q=0.5\n",
              true},
             {"Accept-Encoding", "Accept-Encoding: gzip, br\n", "Accept-Encoding: br,gzip\n", true},
             {"Accept-Encoding", "Accept-Encoding: gzip\n", "Accept-Encoding: br\n", false},
             {"Accept-Encoding", "Accept-Encoding:\n", "", false},
         }) {
        CAPTURE(vary, first, second);
        const Lines response("Vary: " + vary + "\n");
        const Lines before(first);
        const Lines after(second);
        CHECK(selects(after.fields(), variant_of(response.fields(), before.fields())) == is_same);
        const bool is_equal = variant_of(response.fields(), before.fields()) ==
                              variant_of(response.fields(), after.fields());
        CHECK(is_equal == is_same);
    }
}

TEST_CASE("Several Vary lines and repeated names form one set", "[proxy][vary]")
{
    const Lines response("Vary: Foo, bar\nVary: FOO\n");
    const Lines request("Foo: 1\n");
    CHECK(variant_of(response.fields(), request.fields()) == proxy::Variant{"bar", "foo: 1"});
}
