#include "webserver/site/conditions.h"

#include "catch.h"

#include "common/http/date.h"

using http::Field;
using http::RequestHead;
using webserver::evaluate_preconditions;
using webserver::PreconditionResult;
using webserver::range_is_current;
using webserver::Validators;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::sys_seconds modified = std::chrono::sys_days(2026y / std::chrono::May / 4);
const Validators current{.etag = "\"now\"", .modified = modified};

constexpr std::string_view date_before = "Sun, 03 May 2026 23:59:59 GMT";
constexpr std::string_view date_of_file = "Mon, 04 May 2026 00:00:00 GMT";
constexpr std::string_view date_after = "Mon, 04 May 2026 00:00:01 GMT";

RequestHead request(std::vector<Field> fields)
{
    RequestHead head;
    head.method = "GET";
    head.target = "/";
    head.fields = std::move(fields);
    return head;
}

std::string words(PreconditionResult verdict)
{
    switch (verdict) {
    case PreconditionResult::proceed: return "200";
    case PreconditionResult::not_modified: return "304";
    case PreconditionResult::precondition_failed: return "412";
    }
    return "?";
}

std::string verdict(std::vector<Field> fields)
{
    return words(evaluate_preconditions(request(std::move(fields)), current));
}

/// Two fields of which the second counts only without the first; empty: the field is absent.
struct Pair {
    std::string_view tags, date;
    bool holds;
};

} // namespace

TEST_CASE("All combinations of the four preconditions follow the order of RFC 9110 §13.2.2",
          "[webserver][conditions]")
{
    constexpr std::string_view no_date = "yesterday";
    const Pair preconditions[] = {
        // If-Match, If-Unmodified-Since
        {"", "", true},
        {"", date_of_file, true},
        {"", date_before, false},
        {"", no_date, true},
        {"\"now\"", "", true},
        {"\"now\"", date_of_file, true},
        {"\"now\"", date_before, true}, // the tag takes precedence over the date
        {"\"now\"", no_date, true},
        {"\"old\"", "", false},
        {"\"old\"", date_of_file, false},
        {"\"old\"", date_before, false},
        {"\"old\"", no_date, false},
    };
    const Pair news[] = {
        // If-None-Match, If-Modified-Since
        {"", "", true},
        {"", date_before, true},
        {"", date_of_file, false},
        {"", no_date, true},
        {"\"old\"", "", true},
        {"\"old\"", date_before, true},
        {"\"old\"", date_of_file, true},
        {"\"old\"", no_date, true},
        {"\"now\"", "", false},
        {"\"now\"", date_before, false},
        {"\"now\"", date_of_file, false},
        {"\"now\"", no_date, false},
    };
    for (const Pair& expected : preconditions)
        for (const Pair& fresh : news) {
            CAPTURE(expected.tags, expected.date, fresh.tags, fresh.date);
            std::vector<Field> fields;
            const auto add = [&fields](std::string_view name, std::string_view value) {
                if (!value.empty()) fields.push_back({name, value});
            };
            add("If-Modified-Since", fresh.date); // the order of the lines does not matter
            add("If-Unmodified-Since", expected.date);
            add("If-None-Match", fresh.tags);
            add("If-Match", expected.tags);
            const std::string wanted = !expected.holds ? "412" : fresh.holds ? "200" : "304";
            CHECK(verdict(fields) == wanted);
            std::ranges::reverse(fields);
            CHECK(verdict(fields) == wanted);
        }
}

TEST_CASE("Strong and weak entity tags are found in lists", "[webserver][conditions]")
{
    struct Row {
        std::string_view list;
        const char *if_match, *if_none_match;
    };
    for (const auto& [list, if_match, if_none_match] : {
             Row{"\"now\"", "200", "304"},
             {"\"old\"", "412", "200"},
             {"*", "200", "304"},
             {"W/\"now\"", "412", "304"}, // the strong comparison fails, §8.8.3.2
             {"W/\"old\"", "412", "200"},
             {"w/\"now\"", "412", "200"}, // "W/" is case-sensitive
             {"\"NOW\"", "412", "200"},
             {"now", "412", "200"},
             {"\"now", "412", "200"},
             {"now\"", "412", "200"},
             {"'now'", "412", "200"},
             {"\"\"", "412", "200"},
             {"\"\", \"now\"", "200", "304"},
             {"\"old\", \"now\"", "200", "304"},
             {"\"old\",\"now\"", "200", "304"},
             {"\"old\"\t,\t\"now\"", "200", "304"},
             {"\"now\", \"old\"", "200", "304"},
             {"\"old\", W/\"now\"", "412", "304"},
             {"W/\"old\", \"now\"", "200", "304"},
             {"W/\"now\", \"now\"", "200", "304"},
             {", ,\"now\",", "200", "304"}, // §5.6.1.2
             {"\"a,b\", \"now\"", "200", "304"},
             {"\"a, \"now\", b\"", "412", "200"}, // a comma inside a tag does not separate
             {"\"x\"now\"x\"", "412", "200"},
             {"\"\\\", \"now\"", "200", "304"}, // a backslash escapes nothing
             {"\"now\" ", "200", "304"},
             {"\"*\"", "412", "200"},
             {",", "412", "200"},
             {"", "412", "200"},
         }) {
        CAPTURE(list);
        CHECK(verdict({{"If-Match", list}}) == if_match);
        CHECK(verdict({{"If-None-Match", list}}) == if_none_match);
    }
}

TEST_CASE("Several fields with entity tags form one list", "[webserver][conditions]")
{
    CHECK(verdict({{"If-None-Match", "\"old\""}, {"if-none-match", "\"now\""}}) == "304");
    CHECK(verdict({{"If-None-Match", "\"old\""}, {"If-None-Match", "\"older\""}}) == "200");
    CHECK(verdict({{"If-Match", "\"old\""}, {"IF-MATCH", "\"now\""}}) == "200");
    CHECK(verdict({{"If-Match", "\"old\""}, {"If-Match", "\"older\""}}) == "412");
    CHECK(verdict({{"If-None-Match", ""}, {"If-None-Match", "\"now\""}}) == "304");
}

TEST_CASE("Dates in all three forms are compared to the second", "[webserver][conditions]")
{
    struct Row {
        std::string_view date;
        const char *if_unmodified, *if_modified;
    };
    for (const auto& [date, if_unmodified, if_modified] : {
             Row{date_before, "412", "200"},
             {date_of_file, "200", "304"},
             {date_after, "200", "304"},
             {"Monday, 04-May-26 00:00:00 GMT", "200", "304"},
             {"Sunday, 03-May-26 23:59:59 GMT", "412", "200"},
             {"Mon May  4 00:00:00 2026", "200", "304"},
             {"Sun May  3 23:59:59 2026", "412", "200"},
             {"Fri, 01 Jan 9999 00:00:00 GMT", "200", "304"},
             {"Thu, 01 Jan 1970 00:00:00 GMT", "412", "200"},
             {"", "200", "200"}, // an invalid date is ignored, §13.1.3, §13.1.4
             {"0", "200", "200"},
             {"Mon, 04 May 2026 00:00:00", "200", "200"},
             {"Mon, 04 May 2026 00:00:00 UTC", "200", "200"},
             {"Mon, 04 May 2026 00:00:00 +0000", "200", "200"},
             {"Mon, 32 May 2026 00:00:00 GMT", "200", "200"},
             {"\"now\"", "200", "200"},
         }) {
        CAPTURE(date);
        CHECK(verdict({{"If-Unmodified-Since", date}}) == if_unmodified);
        CHECK(verdict({{"If-Modified-Since", date}}) == if_modified);
    }
}

TEST_CASE("Without preconditions of these kinds, the request proceeds", "[webserver][conditions]")
{
    CHECK(verdict({}) == "200");
    CHECK(verdict({{"Range", "bytes=0-"}, {"If-Range", "\"old\""}}) == "200");
    CHECK(verdict({{"If", "\"old\""}, {"X-If-Match", "\"old\""}}) == "200");
}

TEST_CASE("A range is served only when If-Range matches the current file",
          "[webserver][conditions]")
{
    struct Row {
        std::string_view validator;
        bool is_current;
    };
    for (const auto& [validator, is_current] : {
             Row{"\"now\"", true},
             {"\"old\"", false},
             {"W/\"now\"", false}, // §13.1.5: a weak tag never matches
             {"\"now\", \"old\"", false},
             {"\"now", false},
             {"now", false},
             {"*", false},
             {"", false},
             {date_of_file, true},
             {"Mon May  4 00:00:00 2026", true},
             {date_before, false},
             {date_after, false}, // the date must be equal, not only later
             {"tomorrow", false},
         }) {
        CAPTURE(validator);
        CHECK(range_is_current(request({{"If-Range", validator}}), current, modified + 1h) ==
              is_current);
        CHECK(range_is_current(request({{"if-range", validator}}), current, modified + 1h) ==
              is_current);
    }
    CHECK(range_is_current(request({}), current, modified + 1h));
    CHECK(range_is_current(request({}), current, modified));
}

TEST_CASE("A date is a strong validator only a second after the last change",
          "[webserver][conditions]")
{
    const RequestHead by_date = request({{"If-Range", date_of_file}});
    CHECK_FALSE(range_is_current(by_date, current, modified)); // it may change again in this second
    CHECK(range_is_current(by_date, current, modified + 1s));
    CHECK(range_is_current(request({{"If-Range", "\"now\""}}), current,
                           modified)); // a tag is strong at once
}
