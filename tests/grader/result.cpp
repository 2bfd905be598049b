#include "tests/grader/result.h"

namespace score {

Points points(const Grading& grading, std::string_view program, Level level)
{
    Points sum;
    for (const Result& result : grading.results) {
        if (result.test.program != program || result.test.level != level) continue;
        if (result.verdict == Verdict::skipped) continue;
        ++sum.of;
        if (result.verdict == Verdict::passed) ++sum.passed;
    }
    return sum;
}

std::string text_of(Points points)
{
    return points.of == 0 ? "-" : std::to_string(points.passed) + "/" + std::to_string(points.of);
}

std::string_view text_of(Verdict verdict)
{
    switch (verdict) {
    case Verdict::passed: return "ok";
    case Verdict::failed: return "FAILED";
    case Verdict::skipped: return "skipped";
    }
    return "";
}

} // namespace score
