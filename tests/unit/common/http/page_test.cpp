#include "common/http/page.h"

#include "catch.h"

using http::escape_html;

TEST_CASE("Escaped text is text in a page, not markup", "[common][page]")
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
             {"&amp;", "&amp;amp;"}, // an existing reference is escaped again
         }) {
        CAPTURE(text);
        CHECK(escape_html(text) == escaped);
    }
}
