#include "proxy/cache/validation.h"

#include "tests/unit/cached.h"

using cached::date;
using cached::Lines;
using cached::now;
using cached::Response;
using cached::stored;
using namespace std::chrono_literals;

namespace {

std::string text_of(const proxy::FieldLines& lines)
{
    std::string text;
    for (const auto& [name, value] : lines)
        text += name + ": " + value + "\n";
    return text;
}

std::string asked(const std::string& response, const std::string& request = "")
{
    return text_of(proxy::validating_fields(*stored(response), Lines(request).fields()));
}

} // namespace

TEST_CASE("Validation uses all known validators", "[proxy][validation]")
{
    const std::string modified = "Last-Modified: " + date(-100s) + "\n";
    const std::string since = "If-Modified-Since: " + date(-100s) + "\n";
    CHECK(asked("").empty());
    CHECK(asked("ETag: \"a\"\n") == "If-None-Match: \"a\"\n");
    CHECK(asked("ETag: W/\"a\"\n") == "If-None-Match: W/\"a\"\n");
    CHECK(asked(modified) == since);
    CHECK(asked("ETag: \"a\"\n" + modified) == "If-None-Match: \"a\"\n" + since);
    // the client's own tags are sent along
    CHECK(asked("ETag: \"a\"\n", "If-None-Match: \"b\", \"c\"\n") ==
          "If-None-Match: \"a\", \"b\", \"c\"\n");
    CHECK(asked("ETag: \"a\"\n", "If-None-Match: W/\"a\"\n") == "If-None-Match: \"a\"\n");
    CHECK(asked("ETag: \"a\"\n", "If-None-Match: *\n") == "If-None-Match: \"a\"\n");
}

TEST_CASE("A 304 validates a stored response with the same validators", "[proxy][validation]")
{
    struct Row {
        std::string stored_lines, answer;
        bool validates;
    };
    const std::string modified = "Last-Modified: " + date(-100s) + "\n";
    for (const auto& [stored_lines, answer, validates] : {
             Row{"ETag: \"a\"\n", "ETag: \"a\"\n", true},
             {"ETag: \"a\"\n", "", true},
             {"ETag: \"a\"\n", "ETag: \"b\"\n", false},
             {"ETag: \"a\"\n", "ETag: W/\"a\"\n", true},
             {"ETag: W/\"a\"\n", "ETag: W/\"a\"\n", true},
             {"ETag: W/\"a\"\n", "ETag: W/\"b\"\n", false},
             {modified, modified, true},
             {modified, "", true},
             {modified, "Last-Modified: " + date(-50s) + "\n", false},
             {modified, "ETag: \"a\"\n" + modified, true},
             {"ETag: \"a\"\n" + modified, "ETag: \"a\"\nLast-Modified: " + date(-9s) + "\n", true},
         }) {
        CAPTURE(stored_lines, answer);
        CHECK(proxy::validates(Lines(answer).fields(), *stored(stored_lines), {}) == validates);
    }
}

TEST_CASE("A 304 without validators is ambiguous if the client sent its own tags",
          "[proxy][validation]")
{
    struct Row {
        std::string request, answer;
        bool validates;
    };
    const std::string modified = "Last-Modified: " + date(-100s) + "\n";
    for (const auto& [request, answer, validates] : {
             Row{"If-None-Match: \"b\"\n", "", false},
             {"If-None-Match: \"b\"\n", "ETag: \"b\"\n", false},
             {"If-None-Match: \"b\"\n", "ETag: \"a\"\n", true},
             {"If-None-Match: \"b\"\n", modified, true},
             {"If-None-Match: \"b\", \"a\"\n", "", true}, // the client's tags were not sent
             {"If-None-Match: *\n", "", true},
             {"If-Modified-Since: " + date(-9s) + "\n", "", true},
         }) {
        CAPTURE(request, answer);
        const Lines asked_for(request);
        CHECK(proxy::validates(Lines(answer).fields(), *stored("ETag: \"a\"\n" + modified),
                               asked_for.fields()) == validates);
    }
}

TEST_CASE("A 304's Set-Cookie is not stored, for it is the client's that asked",
          "[proxy][validation]")
{
    const auto old = stored("ETag: \"a\"\n");
    const Response update("Set-Cookie: a=c\nA: 1\n", 304);
    const auto fresh = proxy::freshened(*old, update.view(), {now, now});
    REQUIRE(fresh);
    CHECK(http::find_field(fresh->fields(), "A"));
    CHECK_FALSE(http::find_field(fresh->fields(), "Set-Cookie"));
}

TEST_CASE("A 304 updates the fields of the stored body", "[proxy][validation]")
{
    const auto old = stored("ETag: \"a\"\nCache-Control: max-age=1\nA: 1\nB: 1\nB: 2\nAge: 9\n"
                            "Content-Encoding: gzip\nSet-Cookie: a=b\nVary: X\n");
    const Response update("Cache-Control: max-age=60\nB: 3\nC: 4\nConnection: D\nD: 5\n"
                          "Content-Encoding: br\nContent-Length: 99\nSet-Cookie: a=c\n"
                          "Content-Type: text/new\nETag: \"a\"\n",
                          304);
    const auto fresh = proxy::freshened(*old, update.view(), {now + 10s, now + 12s});
    REQUIRE(fresh);
    CHECK(fresh->status() == 200);
    CHECK(fresh->meta().url == old->meta().url);
    CHECK(fresh->meta().body_hash == old->meta().body_hash);
    CHECK(fresh->meta().times.received == now + 12s);
    CHECK(fresh->lifespan().lifetime == 60s);
    CHECK(fresh->lifespan().initial_age == 2s); // the response delay; the old Age does not count
    const auto field = [&fresh](std::string_view name) {
        return http::combined_list(fresh->fields(), name).value_or("-");
    };
    CHECK(field("A") == "1");
    CHECK(field("B") == "3");
    CHECK(field("C") == "4");
    CHECK(field("D") == "-");
    CHECK(field("Age") == "-");
    CHECK(field("Content-Encoding") == "gzip");
    CHECK(field("Content-Length") == "-");
    CHECK(field("Content-Type") == "text/new");
    CHECK(field("Set-Cookie") == "a=b");
    CHECK(field("Vary") == "X");
    CHECK(field("Date") == date(12s));
}

TEST_CASE("The response to a HEAD may show that the stored response is outdated",
          "[proxy][validation]")
{
    const auto old = stored("ETag: \"a\"\n"); // 4 bytes
    CHECK(matches_head_response(Response("ETag: \"a\"\nContent-Length: 4\n").view(), *old));
    CHECK(matches_head_response(Response("").view(), *old));
    CHECK_FALSE(matches_head_response(Response("Content-Length: 5\n").view(), *old));
    CHECK_FALSE(matches_head_response(Response("ETag: \"b\"\n").view(), *old));
    CHECK_FALSE(matches_head_response(Response("ETag: \"a\"\n", 410).view(), *old));
}

TEST_CASE("A client's condition that matches gets 304", "[proxy][validation]")
{
    struct Row {
        std::string stored_lines, request;
        bool has;
    };
    const std::string tagged = "ETag: \"a\"\nLast-Modified: " + date(-100s) + "\n";
    const std::string modified = "Last-Modified: " + date(-100s) + "\n";
    for (const auto& [stored_lines, request, has] : {
             Row{tagged, "", false},
             {tagged, "If-None-Match: \"a\"\n", true},
             {tagged, "If-None-Match: W/\"a\"\n", true},
             {"ETag: W/\"a\"\n", "If-None-Match: \"a\"\n", true},
             {tagged, "If-None-Match: \"b\"\n", false},
             {tagged, "If-None-Match: \"b\", \"a\", \"c\"\n", true},
             {tagged, "If-None-Match: \"b\"\nIf-None-Match: \"a\"\n", true},
             {tagged, "If-None-Match: \"b,\"a\"\n", false},
             {tagged, "If-None-Match: *\n", true},
             {tagged, "If-None-Match: a\n", false},
             {modified, "If-None-Match: \"a\"\n", false},
             // If-None-Match takes precedence
             {tagged, "If-None-Match: \"b\"\nIf-Modified-Since: " + date(0s) + "\n", false},
             {tagged, "If-None-Match: \"a\"\nIf-Modified-Since: " + date(-200s) + "\n", true},
             {modified, "If-Modified-Since: " + date(-100s) + "\n", true},
             {modified, "If-Modified-Since: " + date(-50s) + "\n", true},
             {modified, "If-Modified-Since: " + date(-101s) + "\n", false},
             {modified, "If-Modified-Since: Sunday, 03-May-26 23:58:20 GMT\n", true},
             {modified, "If-Modified-Since: yesterday\n", false},
             {"", "If-Modified-Since: " + date(0s) + "\n", true}, // received now
             {"", "If-Modified-Since: " + date(-1s) + "\n", false},
         }) {
        CAPTURE(stored_lines, request);
        CHECK(is_not_modified_for(Lines(request).fields(), *stored(stored_lines)) == has);
    }
    CHECK_FALSE(
        is_not_modified_for(Lines("If-None-Match: \"a\"\n").fields(), *stored(tagged, 404)));
}

TEST_CASE("If-Range requires a strong validator", "[proxy][validation]")
{
    struct Row {
        std::string stored_lines, condition;
        bool is_current;
    };
    const std::string old = "Last-Modified: " + date(-100s) + "\n";
    const std::string just_now = "Last-Modified: " + date(0s) + "\n";
    for (const auto& [stored_lines, condition, is_current] : {
             Row{"ETag: \"a\"\n", "\"a\"", true},
             {"ETag: \"a\"\n", "\"b\"", false},
             {"ETag: \"a\"\n", "W/\"a\"", false},
             {"ETag: W/\"a\"\n", "W/\"a\"", false},
             {"ETag: W/\"a\"\n", "\"a\"", false},
             {old, date(-100s), true},
             {old, date(-99s), false},
             {old, "\"a\"", false},
             {"ETag: \"a\"\n" + old, date(-100s), true},
             {just_now, date(0s), false}, // it may have changed again within the second
             {"", date(0s), false},
         }) {
        CAPTURE(stored_lines, condition);
        const Lines request("If-Range: " + condition + "\n");
        CHECK(range_is_current(request.fields(), *stored(stored_lines)) == is_current);
    }
    CHECK(range_is_current({}, *stored("")));
}

TEST_CASE("Only strong validators combine parts", "[proxy][validation]")
{
    CHECK(proxy::strong_validator(stored("ETag: \"a\"\n")->fields()) == "\"a\"");
    CHECK(proxy::strong_validator(stored("ETag: W/\"a\"\n")->fields()).empty());
    CHECK(proxy::strong_validator(stored("Last-Modified: " + date(-9s) + "\n")->fields()) ==
          date(-9s));
    CHECK(proxy::strong_validator(stored("Last-Modified: " + date(0s) + "\n")->fields()).empty());
    CHECK(proxy::strong_validator(stored("")->fields()).empty());
}
