#include "proxy/cache/reuse.h"

#include "proxy/cache/cache_status.h"
#include "tests/unit/cached.h"

using cached::now;
using cached::Request;
using cached::stored;
using proxy::Forward;
using proxy::OriginFailure;
using proxy::Use;
using namespace std::chrono_literals;

namespace {

std::string words(const proxy::ReuseDecision& decision)
{
    switch (decision.use) {
    case Use::serve: return "serve";
    case Use::serve_and_revalidate: return "serve, revalidate";
    case Use::validate: return "validate " + std::string(name_of(decision.reason));
    case Use::forward: return "forward " + std::string(name_of(decision.reason));
    }
    return "?";
}

} // namespace

TEST_CASE("Reuse depends on the directives of the request and the response", "[proxy][verdict]")
{
    struct Row {
        std::string response, request;
        std::chrono::seconds later;
        const char* decision;
    };
    const std::string minute = "Cache-Control: max-age=60\n";
    for (const auto& [response, request, later, decision] : {
             Row{minute, "", 0s, "serve"},
             {minute, "", 59s, "serve"},
             {minute, "", 60s, "validate stale"},
             {"", "", 0s, "validate stale"},
             {"Cache-Control: max-age=60, no-cache\n", "", 0s, "validate stale"},
             {"Cache-Control: max-age=60, no-cache=\"a\"\n", "", 0s, "serve"},
             {"Cache-Control: max-age=60, must-revalidate\n", "", 59s, "serve"},
             // the request's own directives
             {minute, "Cache-Control: no-cache\n", 0s, "validate request"},
             {minute, "Pragma: no-cache\n", 0s, "validate request"},
             {minute, "Pragma: other\n", 0s, "serve"},
             {minute, "Pragma: no-cache\nCache-Control: max-age=9\n", 0s, "serve"},
             {minute, "Cache-Control: max-age=0\n", 0s, "serve"},
             {minute, "Cache-Control: max-age=0\n", 1s, "validate request"},
             {minute + "Age: 30\n", "Cache-Control: max-age=10\n", 0s, "validate request"},
             {minute, "Cache-Control: min-fresh=60\n", 0s, "serve"},
             {minute, "Cache-Control: min-fresh=61\n", 0s, "validate request"},
             {minute + "Age: 30\n", "Cache-Control: min-fresh=31\n", 0s, "validate request"},
             {minute, "Cache-Control: max-stale=10\n", 70s, "serve"},
             {minute, "Cache-Control: max-stale=10\n", 71s, "validate stale"},
             {minute, "Cache-Control: max-stale\n", 100h, "serve"},
             {minute, "Cache-Control: max-stale, max-age=5\n", 100h, "validate request"},
             {"Cache-Control: max-age=60, must-revalidate\n", "Cache-Control: max-stale\n", 60s,
              "validate stale"},
             {"Cache-Control: max-age=60, proxy-revalidate\n", "Cache-Control: max-stale\n", 60s,
              "validate stale"},
             {"Cache-Control: s-maxage=60\n", "Cache-Control: max-stale\n", 60s, "validate stale"},
             // RFC 5861 §3
             {"Cache-Control: max-age=60, stale-while-revalidate=5\n", "", 59s, "serve"},
             {"Cache-Control: max-age=60, stale-while-revalidate=5\n", "", 65s,
              "serve, revalidate"},
             {"Cache-Control: max-age=60, stale-while-revalidate=5\n", "", 66s, "validate stale"},
             {"Cache-Control: max-age=60, stale-while-revalidate=5, must-revalidate\n", "", 61s,
              "validate stale"},
         }) {
        CAPTURE(response, request, later.count());
        const Request asked(request);
        CHECK(words(decide_reuse(asked.control, *stored(response), now + later)) == decision);
    }
}

TEST_CASE("Some requests must not be answered from the cache", "[proxy][verdict]")
{
    CHECK(decide_cache_use(Request("").view()).use == Use::serve);
    CHECK(decide_cache_use(Request("", "HEAD").view()).use == Use::serve);
    CHECK(decide_cache_use(Request("", "POST").view()).reason == Forward::method);
    CHECK(decide_cache_use(Request("Cache-Control: no-store\n").view()).reason == Forward::request);
    CHECK(decide_cache_use(Request("If-Match: \"a\"\n").view()).reason == Forward::bypass);
    CHECK(decide_cache_use(Request("If-Unmodified-Since: x\n").view()).reason == Forward::bypass);
    const Request request("");
    auto with_content = request.view();
    with_content.has_content = true;
    CHECK(decide_cache_use(with_content).reason == Forward::bypass);
    CHECK(why_not_stored(with_content, cached::Response("Cache-Control: max-age=60\n").view()) ==
          "request content");
}

TEST_CASE("A stale response is served instead of an error, unless forbidden", "[proxy][verdict]")
{
    struct Row {
        std::string response, request;
        std::chrono::seconds later;
        bool when_disconnected, when_error;
    };
    for (const auto& [response, request, later, disconnected, error] : {
             Row{"Cache-Control: max-age=60\n", "", 90s, true, false},
             {"", "", 90s, false, false},
             {"", "Cache-Control: stale-if-error=100\n", 90s, true, true},
             {"ETag: \"a\"\n", "", 90s, true, false},
             {"Last-Modified: " + cached::date(-1h) + "\n", "", 24h, true, false},
             {"Last-Modified: x\n", "", 90s, true, false},
             {"Cache-Control: max-age=0\n", "", 90s, true, false},
             {"Cache-Control: max-age=60\n", "Cache-Control: max-age=0\n", 90s, false, false},
             {"Cache-Control: max-age=60, stale-if-error=40\n", "Cache-Control: max-age=0\n", 90s,
              false, false},
             {"Cache-Control: max-age=60\n", "Cache-Control: max-age=30\n", 90s, true, false},
             {"Cache-Control: max-age=60\n", "Pragma: no-cache\n", 90s, false, false},
             {"Cache-Control: max-age=60\n", "", 24h * 8, false, false},
             {"Cache-Control: max-age=60, stale-if-error=40\n", "", 90s, true, true},
             {"Cache-Control: max-age=60, stale-if-error=40\n", "", 101s, false, false},
             {"Cache-Control: max-age=60\n", "Cache-Control: stale-if-error=40\n", 90s, true, true},
             {"Cache-Control: max-age=60\n", "Cache-Control: no-cache\n", 90s, false, false},
             {"Cache-Control: max-age=60, stale-if-error=40, must-revalidate\n", "", 90s, false,
              false},
             {"Cache-Control: max-age=60, proxy-revalidate\n", "", 90s, false, false},
             {"Cache-Control: max-age=60, no-cache\n", "", 10s, false, false},
             {"Cache-Control: s-maxage=60\n", "", 90s, false, false},
         }) {
        CAPTURE(response, request);
        const Request asked(request);
        const auto head = stored(response);
        CHECK(may_serve_stale(asked.control, *head, OriginFailure::disconnected, now + later) ==
              disconnected);
        CHECK(may_serve_stale(asked.control, *head, OriginFailure::server_error, now + later) ==
              error);
    }
}

TEST_CASE("A personal response is not served stale", "[proxy][verdict]")
{
    struct Row {
        std::string response;
        bool with_cookie, is_personal;
    };
    for (const auto& [response, with_cookie, is_personal] : {
             Row{"ETag: \"a\"\n", false, false},
             {"ETag: \"a\"\n", true, true},
             {"ETag: \"a\"\nSet-Cookie: a\n", false, true},
             {"Last-Modified: " + cached::date(-1h) + "\n", true, true},
             {"ETag: \"a\"\nCache-Control: max-age=60\n", true, false},
             {"ETag: \"a\"\nCache-Control: public\nSet-Cookie: a\n", true, false},
         }) {
        CAPTURE(response, with_cookie);
        const auto sample = stored(response); // the decision has views into it
        auto meta = sample->meta();
        meta.request_had_cookie = with_cookie;
        const auto head = proxy::StoredHead::make(meta);
        REQUIRE(head);
        CHECK(proxy::is_personal(*head) == is_personal);
        CHECK(may_serve_stale({}, *head, OriginFailure::disconnected, now + 2h) == !is_personal);
        const Request tolerant("Cache-Control: max-stale\n");
        CHECK((decide_reuse(tolerant.control, *head, now + 2h).use == Use::validate) ==
              is_personal);
    }
}

TEST_CASE("Cache-Status names the result and the reason", "[proxy][cache_status]")
{
    using proxy::CacheStatus;
    CHECK(CacheStatus{.hit = true, .ttl = 60s}.text() == "proxy; hit; ttl=60");
    CHECK(CacheStatus{.hit = true, .ttl = -5s, .detail = "max-stale"}.text() ==
          "proxy; hit; ttl=-5; detail=\"max-stale\"");
    CHECK(CacheStatus{.forward = Forward::uri_miss, .forward_status = 200, .stored = true}.text() ==
          "proxy; fwd=uri-miss; fwd-status=200; stored");
    CHECK(CacheStatus{.forward = Forward::stale, .forward_status = 304, .collapsed = true}.text() ==
          "proxy; fwd=stale; fwd-status=304; collapsed");
    for (const auto& [reason, name] : {
             std::pair{Forward::bypass, "bypass"},
             {Forward::method, "method"},
             {Forward::vary_miss, "vary-miss"},
             {Forward::request, "request"},
             {Forward::partial, "partial"},
             {Forward::none, "miss"},
         })
        CHECK(CacheStatus{.forward = reason}.word() == name);
    CHECK(CacheStatus{.hit = true}.word() == "hit");
}
