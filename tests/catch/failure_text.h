// What the grader is told about a failed assertion.
#pragma once

#include <string>

#include "catch.h"

namespace grade {

/// File and line, the expression, its values, and the messages of the case, a line each; empty
/// when the assertion holds and does not warn.
[[nodiscard]] std::string failure_text(const Catch::AssertionStats& stats);

} // namespace grade
