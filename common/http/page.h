// The look of the pages that the programs write themselves.
#pragma once

#include <string>
#include <string_view>

namespace http {

/// Text made safe for HTML's content and quoted attributes.
[[nodiscard]] std::string escape_html(std::string_view text);

/// A whole page. `title` is text, `body` is HTML.
[[nodiscard]] std::string page(std::string_view title, std::string_view body);

} // namespace http
