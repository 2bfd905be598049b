// What the live page is made of: three texts that a browser loads from the server and from nowhere
// else.
#pragma once

#include <string_view>

namespace webserver {

[[nodiscard]] std::string_view live_html();
[[nodiscard]] std::string_view live_style();
[[nodiscard]] std::string_view live_script();

} // namespace webserver
