// The graded cases: those of tests/grade, by program and by level of the rubric.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace score {

/// The assignment itself, its optional parts, and robustness against hostile peers.
enum class Level { lab, extra, robust };

inline constexpr std::array levels = {Level::lab, Level::extra, Level::robust};

std::string_view name_of(Level level);

/// A program to grade.
struct Program {
    std::string name;             // "webserver", also the cases' tag
    std::string command;          // as in $WEBSERVER
    bool is_ours = false;         // then the cases that follow our manuals count, too
    std::string port{};           // that is built in; empty: it takes any
    bool has_own_command = false; // from the submission: it may name any file
    std::string error{};          // why it does not start; empty: it does
};

/// "WEBSERVER" for "webserver": the variable with the program's command.
std::string variable_of(std::string name);

struct Case {
    std::string name; // a sentence: the required behaviour
    std::string tags; // "[lab][webserver]"
    std::string program;
    Level level = Level::lab;
};

/// The cases of a list (lines of name, tab and tags) that grade one of the programs, in the order
/// of the list, without those that have an `excluded` tag. A case of two programs counts for the
/// one named first.
std::vector<Case> select_cases(std::string_view list, const std::vector<Program>& programs,
                               const std::vector<std::string>& excluded = {});

} // namespace score
