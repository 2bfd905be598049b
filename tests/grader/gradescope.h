// The results for Gradescope.
#pragma once

#include <string>
#include <string_view>

#include "tests/grader/result.h"

namespace score {

/// The content of results.json (gradescope-autograders.readthedocs.io/en/latest/specs/). Students
/// do not see the cases of the level with the name `hidden`; an empty name hides none.
std::string gradescope(const Grading& grading, std::string_view hidden);

} // namespace score
