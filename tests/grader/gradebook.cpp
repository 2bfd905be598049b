#include "tests/grader/gradebook.h"

#include "common/text/json.h"
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
    const std::string first_line = first_line_of(result);
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
    net::JsonMembers members;
    for (const Level level : levels) {
        const Points score = points(grading, program.name, level);
        members.emplace_back(name_of(level),
                             net::json_object({{"passed", std::to_string(score.passed)},
                                               {"of", std::to_string(score.of)}}));
    }
    return net::json_object(members);
}

std::string json_total(Total total)
{
    return net::json_object({{"points", number_text(total.points)},
                             {"of", number_text(total.of)},
                             {"percent", number_text(percent_of(total))}});
}

std::string json_case(const Result& result)
{
    return net::json_object({{"name", net::json_string(result.test.name)},
                             {"level", net::json_string(name_of(result.test.level))},
                             {"verdict", net::json_string(text_of(result.verdict))},
                             {"points", number_text(result.points)},
                             {"seconds", seconds(result.time)},
                             {"reason", net::json_string(result.reason)},
                             {"record", net::json_string(result.record)}});
}

std::string json_program(const Grading& grading, const Program& program)
{
    std::vector<std::string> cases;
    for (const Result& result : grading.results)
        if (result.test.program == program.name) cases.push_back(json_case(result));
    return net::json_object({{"program", net::json_string(program.name)},
                             {"command", net::json_string(program.command)},
                             {"points", json_points(grading, program)},
                             {"cases", net::json_array(cases)}});
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
    std::vector<std::string> programs;
    for (const Program& program : grading.programs)
        programs.push_back(json_program(grading, program));
    return net::json_object({{"submission", net::json_string(grading.title)},
                             {"total", json_total(total_of(grading))},
                             {"programs", net::json_array(programs)}}) +
           '\n';
}

std::string csv(const std::vector<Grading>& gradings)
{
    std::string rows = "submission,points,of,percent";
    for (const Program& program : gradings.front().programs)
        for (const Level level : levels)
            rows += "," + csv(program.name + " " + std::string(name_of(level))) + "," +
                    csv(program.name + " " + std::string(name_of(level)) + " of");
    rows += "\r\n";
    for (const Grading& grading : gradings) {
        const Total total = total_of(grading);
        rows += csv(grading.title) + "," + number_text(total.points) + "," + number_text(total.of) +
                "," + number_text(percent_of(total));
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
