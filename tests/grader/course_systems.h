// The totals as files that Canvas and Moodle import. Grades are percentages, so that an assignment
// has 100 points there whatever the rubric's sum is. A student whose folder is not among the
// gradings has no row.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/grader/result.h"
#include "tests/grader/roster.h"

namespace score {

/// Canvas's gradebook: an id of digits is Canvas's own, another one the SIS ID. A column is for the
/// assignment with that name.
std::string canvas(const std::vector<Grading>& gradings, const Roster& roster,
                   std::string_view assignment);

/// Moodle's offline grading worksheet: an id of digits is the number of a participant. The feedback
/// has the total and the cases that failed, in HTML.
std::string moodle(const std::vector<Grading>& gradings, const Roster& roster);

} // namespace score
