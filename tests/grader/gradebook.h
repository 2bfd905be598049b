// The results for gradebooks and browsers.
#pragma once

#include <string>
#include <vector>

#include "tests/grader/result.h"

namespace score {

/// JUnit's XML: a suite for each program.
std::string junit(const Grading& grading);

/// One object: each program with its points and all its cases.
std::string json(const Grading& grading);

/// A row for each submission: its total, and the cases that passed by program and level.
std::string csv(const std::vector<Grading>& gradings);

/// A self-contained page: a table that a click sorts, with averages; how often each case failed;
/// and the failed cases of each submission, folded.
std::string html(const std::vector<Grading>& gradings);

} // namespace score
