#include "tests/grader/gradebook.h"

#include <algorithm>

#include "tests/grader/escape.h"
#include "tests/grader/report.h"

namespace score {
namespace {

std::string seconds(std::chrono::milliseconds time)
{
    return std::to_string(std::chrono::duration<double>(time).count());
}

std::string attribute(std::string_view name, std::string_view value)
{
    return " " + std::string(name) + "=\"" + xml(value) + '"';
}

std::string junit_case(const Result& result)
{
    const std::string name_of_class =
        result.test.program + "." + std::string(name_of(result.test.level));
    std::string element = "    <testcase" + attribute("classname", name_of_class) +
                          attribute("name", result.test.name) +
                          attribute("time", seconds(result.time));
    const std::string first_line = result.reason.substr(0, result.reason.find('\n'));
    switch (result.verdict) {
    case Verdict::passed: return element + "/>\n";
    case Verdict::skipped:
        return element + "><skipped" + attribute("message", first_line) + "/></testcase>\n";
    case Verdict::failed: break;
    }
    return element + "><failure" + attribute("message", first_line) + ">" +
           xml(details_of(result)) + "</failure></testcase>\n";
}

std::string junit_suite(const Grading& grading, const Program& program)
{
    int tests = 0;
    int failures = 0;
    int skipped = 0;
    std::string cases;
    for (const Result& result : grading.results) {
        if (result.test.program != program.name) continue;
        ++tests;
        if (result.verdict == Verdict::failed) ++failures;
        if (result.verdict == Verdict::skipped) ++skipped;
        cases += junit_case(result);
    }
    return "  <testsuite" + attribute("name", program.name) +
           attribute("tests", std::to_string(tests)) +
           attribute("failures", std::to_string(failures)) + attribute("errors", "0") +
           attribute("skipped", std::to_string(skipped)) + ">\n" + cases + "  </testsuite>\n";
}

std::string json_points(const Grading& grading, const Program& program)
{
    std::string members;
    for (const Level level : levels) {
        const Points score = points(grading, program.name, level);
        members += (members.empty() ? "" : ", ") + json(name_of(level)) +
                   ": {\"passed\": " + std::to_string(score.passed) +
                   ", \"of\": " + std::to_string(score.of) + "}";
    }
    return "{" + members + "}";
}

std::string json_case(const Result& result)
{
    return "{\"name\": " + json(result.test.name) +
           ", \"level\": " + json(name_of(result.test.level)) +
           ", \"verdict\": " + json(text_of(result.verdict)) +
           ", \"seconds\": " + seconds(result.time) + ", \"reason\": " + json(result.reason) +
           ", \"record\": " + json(result.record) + "}";
}

std::string json_program(const Grading& grading, const Program& program)
{
    std::string cases;
    for (const Result& result : grading.results)
        if (result.test.program == program.name)
            cases += (cases.empty() ? "\n      " : ",\n      ") + json_case(result);
    return "    {\"program\": " + json(program.name) + ", \"command\": " + json(program.command) +
           ",\n     \"points\": " + json_points(grading, program) + ",\n     \"cases\": [" + cases +
           "]}";
}

} // namespace

std::string junit(const Grading& grading)
{
    std::string suites;
    for (const Program& program : grading.programs)
        suites += junit_suite(grading, program);
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" +
           attribute("name", grading.title) + ">\n" + suites + "</testsuites>\n";
}

std::string json(const Grading& grading)
{
    std::string programs;
    for (const Program& program : grading.programs)
        programs += (programs.empty() ? "\n" : ",\n") + json_program(grading, program);
    return "{\"submission\": " + json(grading.title) + ", \"programs\": [" + programs + "]}\n";
}

std::string csv(const std::vector<Grading>& gradings)
{
    std::string rows = "submission";
    for (const Program& program : gradings.front().programs)
        for (const Level level : levels)
            rows += "," + csv(program.name + " " + std::string(name_of(level))) + "," +
                    csv(program.name + " " + std::string(name_of(level)) + " of");
    rows += "\r\n";
    for (const Grading& grading : gradings) {
        rows += csv(grading.title);
        for (const Program& program : grading.programs)
            for (const Level level : levels) {
                const Points score = points(grading, program.name, level);
                rows += "," + std::to_string(score.passed) + "," + std::to_string(score.of);
            }
        rows += "\r\n";
    }
    return rows;
}

} // namespace score
