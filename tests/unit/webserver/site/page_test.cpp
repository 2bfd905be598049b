#include "webserver/site/page.h"

#include <catch2/catch.hpp>

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;
using webserver::escape_html;
using webserver::status_page;

TEST_CASE("Escaped text is text in a page, not markup", "[webserver][page]")
{
    struct Row {
        std::string_view text, escaped;
    };
    for (const auto& [text, escaped] : {
             Row{"", ""},
             {"plain \xc3\xa4", "plain \xc3\xa4"},
             {"<script>", "&lt;script&gt;"},
             {"\" onload='x", "&quot; onload=&#39;x"},
             {"a&b", "a&amp;b"},
             {"&amp;", "&amp;amp;"}, // shown as it was
         }) {
        CAPTURE(text);
        CHECK(escape_html(text) == escaped);
    }
}

TEST_CASE("A status page shows the status, its words and why", "[webserver][page]")
{
    const std::string page = status_page(404, "There is no <such> file.");
    CHECK_THAT(page, StartsWith("<!DOCTYPE html>\n"));
    CHECK_THAT(page, Contains("<meta charset=\"utf-8\">"));
    CHECK_THAT(page, Contains("<title>404 Not Found</title>"));
    CHECK_THAT(page, Contains("<h1>404 Not Found</h1>"));
    CHECK_THAT(page, Contains("<p>There is no &lt;such&gt; file.</p>"));
    CHECK_THAT(page, EndsWith("</html>\n"));
}
