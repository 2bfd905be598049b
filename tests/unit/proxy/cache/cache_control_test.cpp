#include "proxy/cache/cache_control.h"

#include "catch.h"

using proxy::CacheControl;
using proxy::longest_delta;
using proxy::parse_cache_control;
using proxy::parse_delta;
using std::chrono::seconds;

namespace {

CacheControl parsed(std::string_view value)
{
    return parse_cache_control({{"cache-control", value}});
}

} // namespace

TEST_CASE("Times are digits, quoted or not; other text is an invalid time",
          "[proxy][cache_control]")
{
    struct Row {
        std::string_view value;
        long max_age;
    };
    for (const auto& [value, max_age] : {
             Row{"max-age=60", 60},
             {"max-age=\"60\"", 60},
             {"MaX-aGe=60", 60},
             {"max-age=0060", 60},
             {"max-age=0", 0},
             {"max-age=2147483648", 2147483648},
             {"max-age=99999999999", 2147483648},
             {"max-age=99999999999999999999999999", 2147483648},
             {"max-age=-60", 0},
             {"max-age=+60", 0},
             {"max-age='60'", 0},
             {"max-age=60a", 0},
             {"max-age=a60", 0},
             {"max-age=60.0", 0},
             {"max-age=0x60", 0},
             {"max-age=", 0},
             {"max-age", 0},
             {"max-age =60", 0},
             {"max-age= 60", 0},
             {"max-age=60;", 0},
             {"max-age=60 s-maxage=1", 0},
             {"max-age=60, max-age=1", 60}, // the first counts
             {"max-age=1, max-age=60", 1},
             {"max-age=x, max-age=60", 0},
             {"extension=\"max-age=3600\", max-age=1", 1},
             {"max-age=1, extension=\"max-age=3600\"", 1},
             {"extension=\"a\\\", max-age=3600\", max-age=1", 1},
             {",, max-age=60,", 60},
             {"x-max-age=1, max-age=60", 60},
             {"foobar, max-age=60", 60},
         }) {
        CAPTURE(value);
        CHECK(parsed(value).max_age == seconds(max_age));
    }
    CHECK_FALSE(parsed("").max_age);
    CHECK_FALSE(parsed("extension=\"max-age=3600").max_age);
    CHECK_FALSE(parsed("max-age2=3").max_age);
}

TEST_CASE("Each directive sets its member, over any number of lines", "[proxy][cache_control]")
{
    const auto all = parse_cache_control(
        {{"Cache-Control", "NO-STORE, no-cache, Private"},
         {"Other", "public=1"},
         {"CACHE-CONTROL", "public, must-revalidate, proxy-revalidate=x, must-understand"},
         {"Cache-Control", "only-if-cached, s-maxage=1, min-fresh=2, stale-if-error=3"},
         {"Cache-Control", "stale-while-revalidate=4"}});
    CHECK(all.no_store);
    CHECK(all.no_cache);
    CHECK(all.is_private);
    CHECK(all.is_public);
    CHECK(all.must_revalidate);
    CHECK(all.proxy_revalidate);
    CHECK(all.must_understand);
    CHECK(all.only_if_cached);
    CHECK(all.s_maxage == seconds(1));
    CHECK(all.min_fresh == seconds(2));
    CHECK(all.stale_if_error == seconds(3));
    CHECK(all.stale_while_revalidate == seconds(4));

    const auto none = parsed("nostore, no-store-ever, privateer, no_cache");
    CHECK_FALSE(none.no_store);
    CHECK_FALSE(none.no_cache);
    CHECK_FALSE(none.is_private);
}

TEST_CASE("max-stale without an argument allows any staleness", "[proxy][cache_control]")
{
    CHECK(parsed("max-stale").max_stale == longest_delta);
    CHECK(parsed("max-stale=5").max_stale == seconds(5));
    CHECK(parsed("max-stale=x").max_stale == seconds(0));
    CHECK_FALSE(parsed("max-age=5").max_stale);
}

TEST_CASE("no-cache and private may name fields", "[proxy][cache_control]")
{
    struct Row {
        std::string_view value;
        bool no_cache, is_private;
        std::vector<std::string> fields;
    };
    for (const auto& [value, no_cache, is_private, fields] : {
             Row{"no-cache", true, false, {}},
             {"no-cache=\"a\"", false, false, {"a"}},
             {"no-cache=a", false, false, {"a"}},
             {"no-cache=\"a, B\", private=\"c\"", false, false, {"a", "B", "c"}},
             {"no-cache=\"\"", true, false, {}},
             {"no-cache=", true, false, {}},
             {"private=\"a b\"", false, true, {"a b"}}, // not a field name
             {"private=\"a\", private", false, true, {"a"}},
             {"no-cache=\"a\", no-cache", true, false, {"a"}},
         }) {
        CAPTURE(value);
        const auto control = parsed(value);
        CHECK(control.no_cache == no_cache);
        CHECK(control.is_private == is_private);
        CHECK(control.unshared_fields == fields);
    }
}

TEST_CASE("delta-seconds are digits only", "[proxy][cache_control]")
{
    CHECK(parse_delta("0") == seconds(0));
    CHECK(parse_delta("2147483647") == seconds(2147483647));
    CHECK(parse_delta("9223372036854775808") == longest_delta);
    for (const std::string_view text : {"", " 1", "1 ", "-1", "1.5", "one", "1e3"})
        CHECK_FALSE(parse_delta(text));
}
