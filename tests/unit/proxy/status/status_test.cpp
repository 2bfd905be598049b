#include "proxy/status/status.h"

#include "catch.h"

using proxy::is_own_name;
using proxy::Statistics;
using proxy::StatusDetail;

TEST_CASE("The JSON status has all counters, and the latest requests only on demand",
          "[proxy][status]")
{
    Statistics statistics;
    statistics.clients = 3;
    statistics.note({.client = "192.0.2.1",
                     .method = "GET",
                     .target = "http://a/\"\x1b",
                     .status = 200,
                     .sent = 5,
                     .took = std::chrono::milliseconds(7),
                     .verdict = "hit"});
    const auto all = status_json(
        statistics, {.entries = 1, .bytes = 2, .capacity = 3, .trouble = "disk \"full\""},
        StatusDetail::requests);
    CHECK_THAT(all, Contains(R"("clients":3,"tunnels":0,"requests":1,"bytes":5)"));
    CHECK_THAT(all, Contains(R"("verdicts":{"hit":{"requests":1,"bytes":5}})"));
    CHECK_THAT(all, Contains(R"("statuses":{"2xx":1})"));
    CHECK_THAT(
        all, Contains(R"("cache":{"entries":1,"bytes":2,"capacity":3,"trouble":"disk \"full\""})"));
    CHECK_THAT(all, Contains(R"("target":"http://a/\"\\x1b","status":200,"bytes":5,"time":7)"));
    const auto counters = status_json(statistics, {}, StatusDetail::counters);
    CHECK_THAT(counters, Contains(R"("latest":[])") && !Contains("192.0.2.1"));
}

TEST_CASE("The PAC file names the proxy that served it", "[proxy][status]")
{
    CHECK_THAT(proxy::pac_file("192.0.2.1:8888"), Contains("\"PROXY 192.0.2.1:8888; DIRECT\""));
}

TEST_CASE("The proxy's pages are served only under its own names", "[proxy][status]")
{
    for (const char* own : {"127.0.0.1:8888", "192.0.2.1", "[::1]:80", "localhost", "LocalHost:1",
                            "teacher", "Teacher:8888"})
        CHECK(is_own_name(own, "teacher"));
    for (const char* other :
         {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", ":80", "a b"})
        CHECK_FALSE(is_own_name(other, "teacher"));
}
