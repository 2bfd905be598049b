// What is graded: the cases of tests/grade, sorted by program and by level of the rubric.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace score {

/// What the assignment asks, what it proposes beyond, and how a program stands up to hostile peers.
enum class Level { lab, extra, robust };

inline constexpr std::array levels = {Level::lab, Level::extra, Level::robust};

std::string_view name_of(Level level);

/// A program to grade.
struct Program {
    std::string name;     // "webserver", also the cases' tag
    std::string command;  // as in $WEBSERVER
    bool is_ours = false; // then it must keep what only our manuals promise, too
};

struct Case {
    std::string name; // a sentence: what is wanted
    std::string tags; // "[lab][webserver]"
    std::string program;
    Level level = Level::lab;
};

/// Those cases of a list (lines of name, tab and tags) that grade one of the programs, in the
/// list's order, but for those with one of the `unwanted` tags. A case of two programs counts for
/// the one named first.
std::vector<Case> choose(std::string_view list, const std::vector<Program>& programs,
                         const std::vector<std::string>& unwanted = {});

} // namespace score
