// The proxy's own pages, its transcript and its totals.
#include "catch.h"

#include <csignal>

#include "tests/grade/peers/proxy.h"

using grade::Proxy;
using grade::ScriptedOrigin;

namespace {

std::string own_request(const Proxy& proxy, const std::string& path)
{
    return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(proxy.port()) +
           "\r\nConnection: close\r\n\r\n";
}

constexpr const char* hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

} // namespace

TEST_CASE("The status page and its JSON count requests", "[proxy][extra][own]")
{
    const ScriptedOrigin origin(grade::answering(hello));
    const Proxy proxy({"--cache-dir=none"});
    const std::string url = origin.url("/<script>");
    CHECK(proxy.get(url).body == "hello");
    const auto page = proxy.ask(own_request(proxy, "/"));
    CHECK_THAT(page, Contains("200 OK") && Contains("text/html") && Contains("/status.json"));
    std::string json;
    const auto end = net::Deadline::in(std::chrono::seconds(10));
    while (json.find("\"requests\":1,") == std::string::npos &&
           !end.passed()) // counted after the response
        json = proxy.ask(own_request(proxy, "/status.json"));
    CHECK_THAT(json, Contains("application/json") && Contains("\"requests\":1,\"bytes\":"));
    CHECK_THAT(json, Contains("\"target\":\"" + url + "\",\"status\":200,\"bytes\":5"));
}

TEST_CASE("The PAC file configures a browser", "[proxy][extra][own]")
{
    const Proxy proxy({"--cache-dir=none"});
    const bool says_host = GENERATE(true, false);
    const auto pac =
        proxy.ask(says_host ? own_request(proxy, "/proxy.pac") : "GET /proxy.pac HTTP/1.0\r\n\r\n");
    CHECK_THAT(pac, Contains("application/x-ns-proxy-autoconfig"));
    CHECK_THAT(pac, Contains("PROXY 127.0.0.1:" + std::to_string(proxy.port())));
}

TEST_CASE("The PAC file names the proxy as the browser does", "[proxy][extra][own]")
{
    const Proxy proxy({"--cache-dir=none"});
    for (const std::string path : {"/proxy.pac", "/wpad.dat"}) {
        const auto pac = proxy.ask("GET " + path +
                                   " HTTP/1.1\r\nHost: proxy.school.example:3128\r\n"
                                   "Connection: close\r\n\r\n");
        CHECK_THAT(pac, Contains("application/x-ns-proxy-autoconfig") &&
                            Contains("PROXY proxy.school.example:3128"));
    }
}

TEST_CASE("A foreign Host name gets no status page", "[proxy][robust][own]")
{
    const Proxy proxy({"--cache-dir=none"});
    const auto page = proxy.ask("GET /status.json HTTP/1.1\r\nHost: evil.example\r\n"
                                "Connection: close\r\n\r\n");
    CHECK(page.starts_with("HTTP/1.1 421 "));
    CHECK_THAT(page, Contains("This is a proxy") && !Contains("verdicts"));
}

TEST_CASE("-v shows each head and the changes to it, --explain also the meaning",
          "[proxy][extra][own]")
{
    const bool explains = GENERATE(false, true);
    const ScriptedOrigin origin(grade::answering(hello));
    Proxy proxy({"--cache-dir=none", explains ? "--explain" : "-v"});
    CHECK(proxy.get(origin.url("/x"), "Keep-Alive: 3\r\nX: \x1b[31m\r\n").status == 400);
    CHECK(proxy.get(origin.url("/x"), "Keep-Alive: 3\r\n").body == "hello");
    proxy.process().signal(SIGTERM);
    const auto outcome = proxy.process().wait(net::Deadline::in(std::chrono::seconds(10)));
    REQUIRE(outcome);
    const std::string& shown = outcome->err;
    CHECK_THAT(shown, Contains("* from 127.0.0.1:") && Contains("> GET " + origin.url("/x")));
    CHECK_THAT(shown, Contains("* to " + origin.authority()) && Contains("> GET /x HTTP/1.1"));
    CHECK_THAT(shown,
               Contains("* removed: Keep-Alive: 3  -- the field is for one connection only"));
    CHECK_THAT(shown, Contains("* from " + origin.authority()) && Contains("< HTTP/1.1 200 OK"));
    CHECK_THAT(shown, Contains("* added: Via: "));
    CHECK_THAT(shown, !Contains("\x1b[31m"));
    CHECK((shown.find("the target as a whole URL, as in requests to proxies") !=
           std::string::npos) == explains);
}

TEST_CASE("At exit the proxy prints its totals", "[proxy][extra][own]")
{
    const ScriptedOrigin origin(grade::answering(hello));
    Proxy proxy({"--cache-dir=none"});
    CHECK(proxy.get(origin.url("/x")).body == "hello");
    proxy.process().signal(SIGINT);
    const auto outcome = proxy.process().wait(net::Deadline::in(std::chrono::seconds(10)));
    REQUIRE(outcome);
    CHECK(outcome->status == 0);
    CHECK_THAT(outcome->err, Contains("proxy: 1 request, 5 B to clients: 1 "));
}
