// How the cases ended, and the score that follows.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "tests/grader/case.h"

namespace score {

enum class Verdict { passed, failed, skipped };

struct Result {
    Case test;
    Verdict verdict = Verdict::failed;
    std::string reason; // the assertions that failed, or why it was skipped; lines
    std::string record; // what was sent ("> ") and what came back ("< "); lines
    std::chrono::milliseconds time{};
};

/// What one program, or one submission, has made of the cases.
struct Grading {
    std::string title; // the submission's name; empty when there is only one
    std::vector<Program> programs;
    std::vector<Result> results; // in the cases' order
};

struct Points {
    int passed = 0;
    int of = 0; // without those that were skipped

    friend bool operator==(const Points&, const Points&) = default;
};

Points points(const Grading& grading, std::string_view program, Level level);

/// "3/8"; "-" when there was nothing to win.
std::string text_of(Points points);

/// The words for a verdict: "ok", "FAILED", "skipped".
std::string_view text_of(Verdict verdict);

} // namespace score
