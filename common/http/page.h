// Frame and style of the HTML pages that the programs generate.
#pragma once

#include <string>
#include <string_view>

namespace http {

/// Text escaped for HTML content and quoted attributes.
[[nodiscard]] std::string escape_html(std::string_view text);

/// A complete HTML document. `title` is text, `body` is HTML.
[[nodiscard]] std::string page(std::string_view title, std::string_view body);

} // namespace http
