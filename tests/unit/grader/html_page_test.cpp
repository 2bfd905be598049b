// The page of grades.
#include "catch.h"

#include "tests/grader/gradebook.h"

using namespace score;

namespace {

Result result(const std::string& name, Level level, Verdict verdict)
{
    return {.test = {name, "", "webserver", level},
            .verdict = verdict,
            .reason = "1 < 2\nmore\n",
            .record = "> GET\n",
            .time = {},
            .points = level == Level::lab ? 3.0 : 1.0};
}

std::string page()
{
    const std::vector<Program> programs = {{"webserver", "w", false}};
    const auto grading = [&](const std::string& title, Verdict first, Verdict second) {
        return Grading{.title = title,
                       .programs = programs,
                       .results = {result("First", Level::lab, first),
                                   result("Second & last", Level::robust, second)},
                       .time = {}};
    };
    return html({grading("ada", Verdict::passed, Verdict::failed),
                 grading("<bob>", Verdict::failed, Verdict::failed)});
}

} // namespace

TEST_CASE("The page has a column for each level that was graded, and no other", "[grader]")
{
    CHECK_THAT(page(), Contains("<th>submission</th><th>points</th><th>%</th>"
                                "<th>lab</th><th>robust</th></tr>"));
}

TEST_CASE("A submission's row has its total, and zero is marked", "[grader]")
{
    CHECK_THAT(page(),
               Contains(R"(<a href="#s0">ada</a></td>)"
                        R"(<td class="some" style="--part:0.75" data-value="3">3/4</td>)"
                        R"(<td class="some" style="--part:0.75" data-value="75">75&nbsp;%</td>)"
                        R"(<td class="all" style="--part:1" data-value="1">1/1</td>)"
                        R"(<td class="none" style="--part:0" data-value="0">0/1</td>)") &&
                   Contains(R"(<a href="#s1">&lt;bob&gt;</a>)"));
}

TEST_CASE("The last row has the averages of the class", "[grader]")
{
    CHECK_THAT(page(), Contains("<tfoot><tr><td>average of 2</td><td>1.5</td><td>37.5</td>"
                                "<td>0.5</td><td>0</td></tr></tfoot>"));
}

TEST_CASE("The case that failed most often is the first of its table", "[grader]")
{
    CHECK_THAT(page(), Contains("<tbody>\n<tr><td>Second &amp; last</td><td class=\"muted\">"
                                "webserver, robust</td><td data-value=\"2\">2/2</td></tr>\n"
                                "<tr><td>First</td><td class=\"muted\">webserver, lab</td>"
                                "<td data-value=\"1\">1/2</td></tr>\n</tbody>"));
}

TEST_CASE("A failed case shows the first line of its reason while it is folded", "[grader]")
{
    CHECK_THAT(page(), Contains("<span class=\"reason\">1 &lt; 2</span></summary>"));
}
