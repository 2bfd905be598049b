#include <algorithm>

#include "tests/grader/assets.h"
#include "tests/grader/escape.h"
#include "tests/grader/gradebook.h"
#include "tests/grader/report.h"

namespace score {
namespace {

/// The cases of a program and a level that at least one submission has.
struct Column {
    std::string program;
    Level level;
};

std::vector<Column> columns_of(const std::vector<Grading>& gradings)
{
    std::vector<Column> columns;
    for (const Program& program : gradings.front().programs)
        for (const Level level : levels)
            if (std::ranges::any_of(gradings, [&](const Grading& grading) {
                    return points(grading, program.name, level).of > 0;
                }))
                columns.push_back({program.name, level});
    return columns;
}

/// A cell with a bar for the part that `value` is of `most`, by which it is sorted, too.
std::string cell(const std::string& text, double value, double most)
{
    const std::string_view kind = value == 0 ? "none" : value == most ? "all" : "some";
    return "<td class=\"" + std::string(kind) +
           "\" style=\"--part:" + number_text(most == 0 ? 0 : value / most) + "\" data-value=\"" +
           number_text(value) + "\">" + text + "</td>";
}

std::string cell(Points score)
{
    if (score.of == 0) return "<td class=\"muted\" data-value=\"\">-</td>";
    return cell(text_of(score), score.passed, score.of);
}

std::string cells(Total total)
{
    const double percent = percent_of(total);
    return cell(number_text(total.points) + "/" + number_text(total.of), total.points, total.of) +
           cell(number_text(percent) + "&nbsp;%", percent, 100);
}

std::string table_head(const std::vector<Column>& columns)
{
    std::string programs;
    std::string names;
    for (std::size_t i = 0; i < columns.size();) {
        const std::size_t first = i;
        for (; i < columns.size() && columns[i].program == columns[first].program; ++i)
            names += "<th>" + std::string(name_of(columns[i].level)) + "</th>";
        programs += "<th class=\"group\" colspan=\"" + std::to_string(i - first) + "\">" +
                    xml(columns[first].program) + "</th>";
    }
    return "<thead><tr><th></th><th class=\"group\" colspan=\"2\">total</th>" + programs +
           "</tr>\n<tr class=\"columns\"><th>submission</th><th>points</th><th>%</th>" + names +
           "</tr></thead>\n";
}

std::string row(const Grading& grading, std::size_t number, const std::vector<Column>& columns)
{
    std::string text = "<tr><td><a href=\"#s" + std::to_string(number) + "\">" +
                       xml(grading.title) + "</a></td>" + cells(total_of(grading));
    for (const Column& column : columns)
        text += cell(points(grading, column.program, column.level));
    return text + "</tr>\n";
}

std::string average(double sum, std::size_t count)
{
    return "<td>" + number_text(sum / static_cast<double>(count)) + "</td>";
}

/// The class averages: points, percentage, and cases of each column.
std::string table_foot(const std::vector<Grading>& gradings, const std::vector<Column>& columns)
{
    double all_points = 0;
    double all_percents = 0;
    for (const Grading& grading : gradings) {
        all_points += total_of(grading).points;
        all_percents += percent_of(total_of(grading));
    }
    std::string text = "<tfoot><tr><td>average of " + std::to_string(gradings.size()) + "</td>" +
                       average(all_points, gradings.size()) +
                       average(all_percents, gradings.size());
    for (const Column& column : columns) {
        double sum = 0;
        for (const Grading& grading : gradings)
            sum += points(grading, column.program, column.level).passed;
        text += average(sum, gradings.size());
    }
    return text + "</tr></tfoot>\n";
}

std::string grades(const std::vector<Grading>& gradings)
{
    const std::vector<Column> columns = columns_of(gradings);
    std::string rows;
    for (std::size_t number = 0; number < gradings.size(); ++number)
        rows += row(gradings[number], number, columns);
    return "<div class=\"scroll\"><table>\n" + table_head(columns) + "<tbody>\n" + rows +
           "</tbody>\n" + table_foot(gradings, columns) + "</table></div>\n";
}

/// How many submissions failed a case, of those to which it was put.
struct Failures {
    const Case* test;
    int failed = 0;
    int of = 0;
};

/// Each case, the one that failed most often first.
std::vector<Failures> failures_of(const std::vector<Grading>& gradings)
{
    std::vector<Failures> all;
    for (const Grading& grading : gradings) {
        for (const Result& result : grading.results) {
            if (result.verdict == Verdict::skipped) continue;
            auto place = std::ranges::find_if(all, [&](const Failures& one) {
                return one.test->name == result.test.name &&
                       one.test->program == result.test.program;
            });
            if (place == all.end()) place = all.insert(all.end(), {&result.test});
            ++place->of;
            if (result.verdict == Verdict::failed) ++place->failed;
        }
    }
    std::ranges::stable_sort(all, std::greater(), &Failures::failed);
    return all;
}

std::string kind_of(const Case& test)
{
    return xml(test.program) + ", " + std::string(name_of(test.level));
}

std::string case_table(const std::vector<Grading>& gradings)
{
    std::string rows;
    for (const Failures& one : failures_of(gradings))
        rows += "<tr><td>" + xml(one.test->name) + "</td><td class=\"muted\">" +
                kind_of(*one.test) + "</td><td data-value=\"" + std::to_string(one.failed) + "\">" +
                std::to_string(one.failed) + "/" + std::to_string(one.of) + "</td></tr>\n";
    return "<section><h2>Cases, by failures</h2>\n<div class=\"scroll\"><table class=\"cases\">\n"
           "<thead><tr "
           "class=\"columns\"><th>case</th><th>program</th><th>failed</th></tr></thead>\n"
           "<tbody>\n" +
           rows + "</tbody></table></div></section>\n";
}

std::string failure(const Result& result)
{
    return "<details><summary>" + xml(result.test.name) + " <span class=\"muted\">" +
           kind_of(result.test) + "</span><span class=\"reason\">" + xml(first_line_of(result)) +
           "</span></summary><pre>" + xml(details_of(result)) + "</pre></details>\n";
}

std::string failed_cases(const Grading& grading, std::size_t number)
{
    std::string folds;
    for (const Result& result : grading.results)
        if (result.verdict == Verdict::failed) folds += failure(result);
    return "<section id=\"s" + std::to_string(number) + "\"><h2>" + xml(grading.title) +
           "</h2>\n<p>" + text_of(total_of(grading)) + (folds.empty() ? ", nothing failed" : "") +
           "</p>\n" + folds + "</section>\n";
}

} // namespace

std::string html(const std::vector<Grading>& gradings)
{
    std::string sections;
    for (std::size_t number = 0; number < gradings.size(); ++number)
        sections += failed_cases(gradings[number], number);
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<title>Grades</title>\n<style>" +
           std::string(tests::grades_css) + "</style>\n<h1>Grades</h1>\n" + grades(gradings) +
           case_table(gradings) + sections + "<script>" + std::string(tests::grades_js) +
           "</script>\n</html>\n";
}

} // namespace score
