// The site that comes with the web server, seen by a real browser.
#include "catch.h"

#include "tests/grade/peers/web.h"

using grade::Outcome;
using grade::ScratchFolder;
using grade::WebServer;

namespace {

std::filesystem::path site()
{
    return grade::source_folder() / "webserver/www";
}

/// The page's DOM in Chromium after its scripts have run; its console is in the outcome's err.
Outcome rendered(const std::string& url)
{
    const ScratchFolder profile;
    return grade::run(
        "chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
        "--disable-background-networking --disable-component-update --disable-sync "
        "--enable-logging=stderr --virtual-time-budget=5000 --dump-dom",
        {"--user-data-dir=" + profile.path().string(), url});
}

/// The targets of a page's links and images, except fragments of the page itself.
std::vector<std::string> links_and_sources(const std::string& html)
{
    std::vector<std::string> found;
    for (const std::string_view attribute : {"href=\"", "src=\""}) {
        for (auto at = html.find(attribute); at != std::string::npos;
             at = html.find(attribute, at)) {
            at += attribute.size();
            const std::string target = html.substr(at, html.find('"', at) - at);
            if (!target.starts_with('#')) found.push_back(target);
        }
    }
    return found;
}

} // namespace

TEST_CASE("Every link of the site works, except the deliberately missing page",
          "[webserver][extra][own]")
{
    const WebServer server(site());
    for (const std::string page : {"/", "/HelloWorld.html", "/picture.html", "/gallery/"}) {
        for (const std::string& target : links_and_sources(server.get(page).body)) {
            CAPTURE(page, target);
            REQUIRE(target.starts_with('/'));
            CHECK(server.get(target).status == (target == "/no-such-page.html" ? 404 : 200));
        }
    }
}

TEST_CASE("Chromium shows the site and runs its script without errors",
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

TEST_CASE("wget mirrors the site and continues an interrupted download",
          "[webserver][extra][real][own]")
{
    if (!grade::can_run("wget")) return;
    const WebServer server(site());
    const grade::ScratchFolder copy;
    const auto mirrored =
        grade::run("wget", {"-q", "--mirror", "-nH", server.url("/")}, copy.path());
    CHECK(mirrored.status == 8); // one link is deliberately broken
    for (const char* file : {"index.html", "HelloWorld.html", "style.css"}) {
        CAPTURE(file);
        CHECK((grade::content_of(copy.path() / file) == grade::content_of(site() / file)));
    }
    const auto whole = grade::content_of(site() / "HelloWorld.html");
    copy.write("half/HelloWorld.html", whole.substr(0, whole.size() / 2));
    const auto continued =
        grade::run("wget", {"-c", "-S", server.url("/HelloWorld.html")}, copy.path() / "half");
    CHECK_THAT(continued.err, Contains("206 Partial Content"));
    CHECK((grade::content_of(copy.path() / "half/HelloWorld.html") == whole));
}
