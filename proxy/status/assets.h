// The texts of the status page. The build makes them of the files page.html, style.css and
// script.js.
#pragma once

#include <string_view>

namespace proxy {

extern const std::string_view page_html;
extern const std::string_view style_css;
extern const std::string_view script_js;

} // namespace proxy
