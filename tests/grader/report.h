// The results as text: a line for each case as it ends, the details of failed ones, and the scores.
#pragma once

#include <string>
#include <vector>

#include "tests/grader/result.h"

namespace score {

/// "ok      webserver     lab    A page that is not there ... (0.2 s)" and, below, why it did not
/// pass.
std::string text_of(const Result& result);

/// The lines of all cases.
std::string text_of(const Grading& grading);

/// Why a case failed, and what was sent and received before; indented lines.
std::string details_of(const Result& result);

/// The first line of the reason.
std::string first_line_of(const Result& result);

/// For each submission a row with its total, and a row for each program with the cases that passed,
/// by level.
std::string table_of(const std::vector<Grading>& gradings);

} // namespace score
