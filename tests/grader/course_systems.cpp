#include "tests/grader/course_systems.h"

#include <algorithm>

#include "common/text/ascii.h"
#include "tests/grader/escape.h"
#include "tests/grader/report.h"

namespace score {
namespace {

std::string row_of(const std::vector<std::string>& fields)
{
    std::string row;
    for (const std::string& field : fields)
        row += csv(field) + ',';
    row.back() = '\r';
    return row + '\n';
}

bool is_number(const std::string& id)
{
    return std::ranges::all_of(id, net::is_digit);
}

const Grading* grading_of(const Student& student, const std::vector<Grading>& gradings)
{
    const auto grading = std::ranges::find(gradings, student.folder, &Grading::title);
    return grading == gradings.end() ? nullptr : &*grading;
}

std::string percentage(const Grading& grading)
{
    return number_text(percent_of(total_of(grading)));
}

std::string feedback(const Grading& grading)
{
    std::string items;
    for (const Result& result : grading.results)
        if (result.verdict == Verdict::failed)
            items += "<li>" + xml(result.test.name) + ": " + xml(first_line_of(result)) + "</li>";
    return "<p>" + text_of(total_of(grading)) + "</p>" +
           (items.empty() ? "" : "<p>Failed:</p><ul>" + items + "</ul>");
}

} // namespace

std::string canvas(const std::vector<Grading>& gradings, const Roster& roster,
                   std::string_view assignment)
{
    std::string rows = row_of({"Student", "ID", "SIS User ID", "SIS Login ID", "Section",
                               std::string(assignment)}) +
                       row_of({"    Points Possible", "", "", "", "", "100"});
    for (const Student& student : roster) {
        const Grading* grading = grading_of(student, gradings);
        if (grading == nullptr) continue;
        const std::string sis_id = is_number(student.id) ? "" : student.id;
        rows += row_of({student.name, sis_id.empty() ? student.id : "", sis_id, sis_id, "",
                        percentage(*grading)});
    }
    return rows;
}

std::string moodle(const std::vector<Grading>& gradings, const Roster& roster)
{
    std::string rows = row_of({"Identifier", "Full name", "Grade", "Maximum Grade",
                               "Last modified (grade)", "Feedback comments"});
    for (const Student& student : roster) {
        const Grading* grading = grading_of(student, gradings);
        if (grading == nullptr) continue;
        rows += row_of({(is_number(student.id) ? "Participant " : "") + student.id, student.name,
                        percentage(*grading), "100", "", feedback(*grading)});
    }
    return rows;
}

} // namespace score
