// The texts of the page of grades, which the build makes from grades.css and grades.js.
#pragma once

#include <string_view>

namespace tests {

extern const std::string_view grades_css;
extern const std::string_view grades_js;

} // namespace tests
