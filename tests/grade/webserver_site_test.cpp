// The site that comes with the web server, seen by a real browser.
#include <catch2/catch.hpp>

#include <regex>

#include "tests/grade/web.h"

using Catch::Matchers::Contains;
using grade::Outcome;
using grade::ScratchFolder;
using grade::WebServer;

namespace {

std::filesystem::path site()
{
    return grade::source_folder() / "webserver/www";
}

/// What Chromium makes of a page, scripts run; its console is in the outcome's err.
Outcome rendered(const std::string& url)
{
    const ScratchFolder profile;
    return grade::run(
        "chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
        "--disable-background-networking --disable-component-update --disable-sync "
        "--enable-logging=stderr --virtual-time-budget=5000 --dump-dom",
        {"--user-data-dir=" + profile.path().string(), url});
}

} // namespace

TEST_CASE("Every link of the site leads somewhere, but for the one that shall not",
          "[webserver][extra][own]")
{
    const WebServer server(site());
    const std::regex link("(?:href|src)=\"([^\"#]+)\"");
    for (const std::string page : {"/", "/HelloWorld.html", "/picture.html", "/gallery/"}) {
        const std::string html = server.get(page).body;
        for (std::sregex_iterator match(html.begin(), html.end(), link), end; match != end;
             ++match) {
            const std::string target = (*match)[1];
            CAPTURE(page, target);
            REQUIRE(target.starts_with('/'));
            CHECK(server.get(target).status == (target == "/no-such-page.html" ? 404 : 200));
        }
    }
}

TEST_CASE("Chromium shows the site, runs its script and has nothing to complain about",
          "[webserver][extra][chromium]")
{
    if (grade::run("sh", {"-c", "command -v chromium"}).status != 0) {
        WARN("skipped: chromium is not installed");
        return;
    }
    const WebServer server(site());
    const Outcome page = rendered(server.url("/"));
    CAPTURE(page.err);
    CHECK(page.status == 0);
    CHECK_THAT(page.out, Contains("data-script=\"ran\""));
    CHECK_THAT(page.out, Contains("id=\"answer-status\" aria-live=\"polite\">200 OK<"));
    CHECK_THAT(page.out, Contains("text/html; charset=utf-8"));
    CHECK_THAT(page.err, !Contains("CONSOLE"));

    CHECK_THAT(rendered(server.url("/no-such-page.html")).out, Contains("404 Not Found</h1>"));
}
