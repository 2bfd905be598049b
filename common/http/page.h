// The pages that the server writes itself.
#pragma once

#include <string>
#include <string_view>

namespace webserver {

/// Text made safe for HTML's content and quoted attributes.
[[nodiscard]] std::string escape_html(std::string_view text);

/// A whole page in the server's own look. `title` is text, `body` is HTML.
[[nodiscard]] std::string page(std::string_view title, std::string_view body);

/// A small page that shows a status with its standard words, and says why.
[[nodiscard]] std::string status_page(int status, std::string_view explanation);

} // namespace webserver
