// The points for each case, from an instructor's file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace score {

/// Each case whose name begins so counts this number of points.
struct RubricLine {
    double points = 1;
    std::string beginning;
};

using Rubric = std::vector<RubricLine>;

/// Reads lines of `POINTS "how the case's name begins"`, comments (#) and empty lines. `list` has
/// all cases: lines of name, tab and tags. Throws Error with `file` and the number of the line when
/// it is malformed or matches no case.
Rubric parse_rubric(std::string_view text, std::string_view list, const std::string& file);

/// The points of the first line that matches, 0 if none does; 1 if the rubric is empty.
double points_of(std::string_view name, const Rubric& rubric);

} // namespace score
