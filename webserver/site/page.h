// The pages that the server writes itself.
#pragma once

#include <string>
#include <string_view>

#include "common/http/page.h"

namespace webserver {

using http::escape_html;
using http::page;

/// A small page that shows a status with its standard words, and says why.
[[nodiscard]] std::string status_page(int status, std::string_view explanation);

} // namespace webserver
