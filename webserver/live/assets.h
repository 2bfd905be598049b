// The texts of the live page, which the build makes from page.html, style.css and script.js.
#pragma once

#include <string_view>

namespace webserver {

extern const std::string_view page_html;
extern const std::string_view style_css;
extern const std::string_view script_js;

} // namespace webserver
