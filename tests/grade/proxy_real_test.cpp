// Real programs through the proxy.
#include <catch2/catch.hpp>

#include "tests/grade/proxy.h"
#include "tests/grade/web.h"

using grade::Proxy;

TEST_CASE("curl fetches through the proxy what it fetches without", "[proxy][lab][real]")
{
    if (!grade::can_run("curl")) return;
    const grade::ScratchFolder site;
    const auto page = site.write("page.html", std::string(200'000, 'x') + "end");
    const grade::WebServer server(site.path());
    const Proxy proxy;
    const std::string through = "http://127.0.0.1:" + std::to_string(proxy.port());
    for (const char* how : {"--http1.1", "--http1.0", "--proxytunnel"}) {
        CAPTURE(how);
        const auto outcome = grade::run("curl",
                                        {"-s", "--fail", "--noproxy", "", "-x", through, how, "-o",
                                         "fetched", server.url("/page.html")},
                                        site.path());
        CHECK(outcome.status == 0);
        CHECK((grade::content_of(site.path() / "fetched") == grade::content_of(page)));
    }
}
