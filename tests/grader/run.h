// Runs the chosen cases, several at a time, each in a box of its own.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tests/grader/box.h"
#include "tests/grader/result.h"

namespace score {

struct Setting {
    std::string tests;                 // the binary with the cases
    std::vector<std::string> unwanted; // tags of cases that are left out
    std::string student;               // the folder with the student's files; empty: none
    std::string port;                  // of a program that knows no other; empty: any
    std::size_t jobs = 1;
    std::chrono::seconds patience{60}; // for a case
    Limits limits{};
    Walls walls{};
    std::filesystem::path scratch; // an empty folder, for all
};

/// All cases of the binary: lines of name, tab and tags. Throws Error when it cannot be run.
std::string list_cases(const Setting& setting);

/// The results, in the cases' order. `tell` hears of each as soon as those before it are through.
std::vector<Result> run(const std::vector<Case>& cases, const std::vector<Program>& programs,
                        const Setting& setting, const std::function<void(const Result&)>& tell);

/// What the way a case ended means.
Result judge(const Case& test, const struct Ending& ending, std::chrono::seconds patience);

} // namespace score
