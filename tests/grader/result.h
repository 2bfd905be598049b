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
    std::string record; // sent ("> ") and received ("< ") lines
    std::chrono::milliseconds time{};
    double points = 1; // for a pass, by the rubric
};

/// The results of one submission, or of the programs of one run.
struct Grading {
    std::string title; // the submission's name; empty when there is only one
    std::vector<Program> programs;
    std::vector<Result> results; // in the order of the cases
    std::chrono::milliseconds time{};
};

struct Points {
    int passed = 0;
    int of = 0; // without skipped cases

    friend bool operator==(const Points&, const Points&) = default;
};

Points points(const Grading& grading, std::string_view program, Level level);

/// The points of all programs and levels, without skipped cases.
struct Total {
    double points = 0;
    double of = 0;

    friend bool operator==(const Total&, const Total&) = default;
};

Total total_of(const Grading& grading);

/// In hundredths of a percent, so that what is shown is what is compared; 0 when nothing counts.
double percent_of(Total total);

/// "12.5": at most two digits behind the point.
std::string number_text(double number);

/// "12.5/40 points, 31.25 %".
std::string text_of(Total total);

/// "3/8"; "-" when no case counts.
std::string text_of(Points points);

/// The words for a verdict: "ok", "FAILED", "skipped".
std::string_view text_of(Verdict verdict);

} // namespace score
