// Walls between a graded program and what it must neither see nor change: the reference programs,
// the tests, the other submissions, the process that judges it.
#pragma once

#include <string>
#include <vector>

namespace grade {

/// What keeps a program within its walls. Made before fork(2), entered after it.
struct Confinement {
    bool is_needed = false;
    std::vector<std::string> hidden{}; // folders that look empty to it
    std::string user_map{};            // for a user namespace, which those without root need
    std::string group_map{};
};

/// For a program of others: $GRADE_THEIRS has the variables with their commands, $GRADE_HIDE the
/// folders to hide, one a line. A folder that the command names or that holds `folder`, its working
/// directory, stays visible.
[[nodiscard]] Confinement confinement_for(const std::string& command, const std::string& folder);

/// Makes the calling process, which will be replaced by exec(2), unable to see the folders, to gain
/// rights, and to use rights other than those of a network program. Only calls that are safe after
/// fork(2). Walls that the system does not permit are left out.
void enter(const Confinement& confinement) noexcept;

} // namespace grade
