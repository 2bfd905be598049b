#include "webserver/site/response.h"

#include "catch.h"

using webserver::status_page;

TEST_CASE("A status page shows the status, its reason phrase and an explanation",
          "[webserver][response]")
{
    const std::string page = status_page(404, "There is no <such> file.");
    CHECK_THAT(page, StartsWith("<!DOCTYPE html>\n"));
    CHECK_THAT(page, Contains("<meta charset=\"utf-8\">"));
    CHECK_THAT(page, Contains("<title>404 Not Found</title>"));
    CHECK_THAT(page, Contains("<h1>404 Not Found</h1>"));
    CHECK_THAT(page, Contains("<p>There is no &lt;such&gt; file.</p>"));
    CHECK_THAT(page, EndsWith("</html>\n"));
}
