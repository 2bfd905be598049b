#include "tests/grader/escape.h"
#include "tests/grader/gradebook.h"
#include "tests/grader/report.h"

namespace score {
namespace {

constexpr std::string_view head = R"(<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Grades</title>
<style>
:root { color-scheme: light dark; --line: #8884; --good: #1a7f37; --bad: #cf222e; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .8rem; border-bottom: 1px solid var(--line); text-align: right; }
th:first-child, td:first-child { text-align: left; }
thead th { position: sticky; top: 0; background: Canvas; }
meter { width: 4rem; margin-left: .5rem; }
details { border: 1px solid var(--line); border-radius: .5rem; padding: .3rem .9rem; margin: .5rem 0; }
summary { cursor: pointer; }
section { margin-top: 2.5rem; }
.all { color: var(--good); font-weight: 600; }
.level { color: GrayText; }
pre { overflow-x: auto; font-size: .85rem; }
</style>
<h1>Grades</h1>
)";

std::string cell(Points score)
{
    if (score.of == 0) return "<td>-</td>";
    const bool is_all = score.passed == score.of;
    return std::string("<td") + (is_all ? " class=\"all\"" : "") + ">" + text_of(score) +
           "<meter max=\"" + std::to_string(score.of) + "\" value=\"" +
           std::to_string(score.passed) + "\"></meter></td>";
}

std::string table_head(const std::vector<Program>& programs)
{
    std::string names;
    std::string columns;
    for (const Program& program : programs) {
        names +=
            "<th colspan=\"" + std::to_string(levels.size()) + "\">" + xml(program.name) + "</th>";
        for (const Level level : levels)
            columns += "<th>" + std::string(name_of(level)) + "</th>";
    }
    return "<thead><tr><th></th>" + names + "</tr><tr><th>submission</th>" + columns +
           "</tr></thead>\n";
}

std::string row(const Grading& grading, std::size_t number)
{
    std::string cells;
    for (const Program& program : grading.programs)
        for (const Level level : levels)
            cells += cell(points(grading, program.name, level));
    return "<tr><td><a href=\"#s" + std::to_string(number) + "\">" + xml(grading.title) +
           "</a></td>" + cells + "</tr>\n";
}

std::string failures(const Grading& grading, std::size_t number)
{
    std::string folds;
    for (const Result& result : grading.results)
        if (result.verdict == Verdict::failed)
            folds += "<details><summary>" + xml(result.test.name) + " <span class=\"level\">" +
                     xml(result.test.program) + ", " + std::string(name_of(result.test.level)) +
                     "</span></summary><pre>" + xml(details_of(result)) + "</pre></details>\n";
    return "<section id=\"s" + std::to_string(number) + "\"><h2>" + xml(grading.title) + "</h2>\n" +
           (folds.empty() ? "<p>Nothing failed.</p>\n" : folds) + "</section>\n";
}

} // namespace

std::string html(const std::vector<Grading>& gradings)
{
    std::string rows;
    std::string sections;
    for (std::size_t number = 0; number < gradings.size(); ++number) {
        rows += row(gradings[number], number);
        sections += failures(gradings[number], number);
    }
    return std::string(head) + "<div class=\"scroll\"><table>\n" +
           table_head(gradings.front().programs) + "<tbody>\n" + rows + "</tbody></table></div>\n" +
           sections + "</html>\n";
}

} // namespace score
