#include "proxy/cache/freshness.h"

#include "tests/unit/cached.h"

using cached::date;
using cached::now;
using cached::Response;
using proxy::Basis;
using proxy::lifespan_of;
using namespace std::chrono_literals;

namespace {

proxy::Lifespan span(const std::string& lines, int status = 200)
{
    return lifespan_of(Response(lines, status).view(), {now, now});
}

} // namespace

TEST_CASE("A lifetime comes from s-maxage, max-age or Expires, in this order", "[proxy][freshness]")
{
    struct Row {
        std::string lines;
        std::chrono::seconds lifetime;
    };
    const std::string dated = "Date: " + date(0s) + "\n";
    for (const auto& [lines, lifetime] : {
             Row{"Cache-Control: max-age=60\n", 60s},
             {"Cache-Control: max-age=60, s-maxage=5\n", 5s},
             {"Cache-Control: s-maxage=5\nCache-Control: max-age=60\n", 5s},
             {"Cache-Control: s-maxage=60, max-age=1\n", 60s},
             {"Cache-Control: max-age=60\nExpires: " + date(-100s) + "\n" + dated, 60s},
             {"Cache-Control: max-age=0\nExpires: " + date(100s) + "\n" + dated, 0s},
             {"Cache-Control: max-age=60\nExpires: 0\n", 60s},
             {"Expires: " + date(100s) + "\n" + dated, 100s},
             {"Expires: " + date(100s) + "\n", 100s}, // received now
             {"Expires: " + date(100s) + "\nDate: yesterday\n", 100s},
             {"Expires: " + date(100s) + "\nDate: " + date(40s) + "\n", 60s},
             {"Expires: " + date(0s) + "\n" + dated, 0s},
             {"Expires: " + date(-100s) + "\n" + dated, 0s},
             {"Expires: 0\n" + dated, 0s},
             {"Expires: -1\n" + dated, 0s},
             {"Expires:\n" + dated, 0s},
             {"Expires: " + date(50s) + "\nExpires: " + date(100s) + "\n" + dated, 50s},
             {"Expires: Thu, 01 Jan 2150 00:00:00 GMT\n" + dated, proxy::longest_delta},
         }) {
        CAPTURE(lines);
        CHECK(span(lines).basis == Basis::explicit_time);
        CHECK(span(lines).lifetime == lifetime);
    }
}

TEST_CASE("Expires is case-insensitive, but its syntax is strict", "[proxy][freshness]")
{
    for (const std::string_view right :
         {"Thu, 18 Aug 2050 02:01:18 GMT", "THU, 18 Aug 2050 02:01:18 GMT",
          "thu, 18 aug 2050 02:01:18 gmt", "Thu, 18 AUG 2050 02:01:18 gMT",
          "THURSDAY, 18-AUG-50 02:01:18 GMT", "thu aug 18 02:01:18 2050"}) {
        CAPTURE(right);
        CHECK(span("Expires: " + std::string(right) + "\n").lifetime > 0s);
    }
    for (const std::string_view wrong :
         {"Thu, 18 Aug 2050 02:01:18 UTC", "Thu, 18 Aug 2050 02:01:18 EST",
          "Thu, 18 Aug 2050 02:01:18", "Thu, 18 Aug 50 02:01:18 GMT",
          "Thu 18 Aug 2050 02:01:18 GMT", "Thu, 18  Aug  2050 02:01:18 GMT",
          "Thu, 18-Aug-2050 02:01:18 GMT", "Thu, 18 Aug 2050 02.01.18 GMT",
          "Thu, 18 Aug 2050 2:01:18 GMT", "GM", "0"}) {
        CAPTURE(wrong);
        CHECK(span("Expires: " + std::string(wrong) + "\n").lifetime == 0s);
    }
}

TEST_CASE("Without an explicit lifetime, it is a tenth of the time since Last-Modified",
          "[proxy][freshness]")
{
    const std::string day_old = "Date: " + date(0s) + "\nLast-Modified: " + date(-24h) + "\n";
    CHECK(span(day_old).basis == Basis::heuristic);
    CHECK(span(day_old).lifetime == 144min);
    CHECK(span("Last-Modified: " + date(-100s) + "\n").lifetime == 10s);
    CHECK(span("Last-Modified: " + date(-24h * 100) + "\n").lifetime == 24h); // at most
    CHECK(span("Last-Modified: " + date(100s) + "\n").lifetime == 0s);
    CHECK(span("Last-Modified: long ago\n").basis == Basis::none);
    CHECK(span("").basis == Basis::none);
    CHECK(span(day_old + "Set-Cookie: a=b\n").basis == Basis::none);
    CHECK(span(day_old + "Cache-Control: max-age=x\n").lifetime == 0s);
    CHECK(span(day_old + "Cache-Control: max-age=x\n").basis == Basis::explicit_time);

    for (const int status : {200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501})
        CHECK(span(day_old, status).basis == Basis::heuristic);
    for (const int status : {201, 202, 302, 303, 307, 400, 403, 500, 502, 503, 504, 599}) {
        CHECK(span(day_old, status).basis == Basis::none);
        CHECK(span(day_old + "Cache-Control: public\n", status).basis == Basis::heuristic);
    }
}

TEST_CASE("An age is computed from Date, Age and the response delay", "[proxy][freshness]")
{
    struct Row {
        std::string lines;
        std::chrono::seconds age;
    };
    for (const auto& [lines, age] : {
             Row{"", 0s},
             {"Date: " + date(0s) + "\n", 0s},
             {"Date: " + date(-10s) + "\n", 10s},
             {"Date: " + date(10s) + "\n", 0s}, // the origin's clock is fast
             {"Date: garbage\n", 0s},
             {"Age: 30\n", 30s},
             {"Age: 30\nDate: " + date(-10s) + "\n", 30s},
             {"Age: 30\nDate: " + date(-50s) + "\n", 50s},
             {"Age: abc\n", 0s},
             {"Age: -7200\n", 0s},
             {"Age: 7200.0\n", 0s},
             {"Age: 7200,0\n", 7200s},
             {"Age: 0, 7200\n", 0s},
             {"Age: 7200\nAge: 0\n", 7200s},
             {"Age: 99999999999\n", proxy::longest_delta},
         }) {
        CAPTURE(lines);
        CHECK(span(lines).initial_age == age);
        CHECK(span(lines).age(now) == age);
        CHECK(span(lines).age(now + 5s) == age + 5s);
    }
    const Response aged("Age: 30\n");
    CHECK(lifespan_of(aged.view(), {now - 4s, now}).initial_age == 34s);
}

TEST_CASE("A response is fresh until its age reaches its lifetime", "[proxy][freshness]")
{
    const auto life = span("Cache-Control: max-age=60\nAge: 10\n");
    CHECK(life.ttl(now) == 50s);
    CHECK(life.is_fresh(now + 49s));
    CHECK_FALSE(life.is_fresh(now + 50s));
    CHECK(life.ttl(now + 70s) == -20s);
    CHECK(life.age(now - 1000s) == 0s); // the clock was set back
    CHECK_FALSE(span("Cache-Control: max-age=0\n").is_fresh(now));
}
