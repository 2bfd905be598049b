#include "tests/grader/gradescope.h"

#include "common/text/decimal.h"
#include "common/text/json.h"
#include "tests/grader/report.h"

namespace score {
namespace {

std::string title_of(const Case& test)
{
    return test.program + ", " + std::string(name_of(test.level)) + ": " + test.name;
}

std::string test_of(const Result& result, std::string_view hidden)
{
    const bool counts = result.verdict != Verdict::skipped;
    const bool passed = result.verdict == Verdict::passed;
    net::JsonMembers members = {
        {"name", net::json_string(title_of(result.test))},
        {"score", number_text(passed ? result.points : 0)},
        {"max_score", number_text(counts ? result.points : 0)},
        {"output", net::json_string(details_of(result))},
        {"visibility",
         net::json_string(name_of(result.test.level) == hidden ? "hidden" : "visible")}};
    if (counts) members.emplace_back("status", net::json_string(passed ? "passed" : "failed"));
    return net::json_object(members);
}

} // namespace

std::string gradescope(const Grading& grading, std::string_view hidden)
{
    std::vector<std::string> tests;
    for (const Result& result : grading.results)
        tests.push_back(test_of(result, hidden));
    const double seconds = std::chrono::duration<double>(grading.time).count();
    return net::json_object({{"score", number_text(total_of(grading).points)},
                             {"execution_time", net::decimal(seconds, 1)},
                             {"tests", net::json_array(tests)}}) +
           '\n';
}

} // namespace score
