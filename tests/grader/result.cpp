#include "tests/grader/result.h"

#include <cmath>

#include "common/text/decimal.h"

namespace score {
namespace {

double in_hundredths(double number)
{
    return std::round(100 * number) / 100;
}

} // namespace

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

Total total_of(const Grading& grading)
{
    Total total;
    for (const Result& result : grading.results) {
        if (result.verdict == Verdict::skipped) continue;
        total.of += result.points;
        if (result.verdict == Verdict::passed) total.points += result.points;
    }
    return total;
}

double percent_of(Total total)
{
    return total.of == 0 ? 0 : in_hundredths(100 * total.points / total.of);
}

std::string number_text(double number)
{
    return net::decimal(in_hundredths(number));
}

std::string text_of(Total total)
{
    return number_text(total.points) + "/" + number_text(total.of) + " points, " +
           number_text(percent_of(total)) + " %";
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
