// Runs the selected cases, several at a time, each in a sandbox of its own.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tests/grader/result.h"
#include "tests/grader/sandbox.h"

namespace score {

struct Settings {
    std::string tests;                 // the binary with the cases
    std::vector<std::string> excluded; // tags of cases that are left out
    std::string student;               // the folder with the student's files; may be empty
    std::vector<std::string> hidden{}; // folders that a graded program must not see
    std::size_t jobs = 1;
    std::chrono::seconds time_limit{60}; // for each case
    Limits limits{};
    Isolation isolation{};
    std::filesystem::path scratch; // an empty folder
};

/// All cases of the binary: lines of name, tab and tags. Throws Error when it cannot be run.
std::string list_cases(const Settings& settings);

/// Starts each program of others once: sets the port that it has built in, if it is not told one,
/// and the reason if it does not start. Without a network of the sandbox's own, nothing is known.
std::vector<Program> probe(std::vector<Program> programs, const Settings& settings);

/// Runs a command that unpacks or builds a submission, confined as its programs are, in a copy of
/// its files; these are in `built`, an empty folder, afterwards. The reason when it fails, else an
/// empty text.
std::string build(const std::string& command, const Settings& settings,
                  const std::filesystem::path& built);

/// Runs the cases and returns their results in order. Calls `report` with each result, in the same
/// order, as soon as it is known.
std::vector<Result> run(const std::vector<Case>& cases, const std::vector<Program>& programs,
                        const Settings& settings, const std::function<void(const Result&)>& report);

/// The result of a case whose task has ended.
Result result_of(const Case& test, const struct TaskResult& ended, std::chrono::seconds time_limit);

} // namespace score
