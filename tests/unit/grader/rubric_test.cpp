// Points for cases, and the totals that follow.
#include "catch.h"

#include "common/error.h"
#include "tests/grader/result.h"
#include "tests/grader/rubric.h"

using namespace score;

namespace {

constexpr std::string_view list = "A missing page gives 404\t[lab][webserver]\n"
                                  "A missing folder gives 404\t[extra][webserver]\n"
                                  "Pages are sent\t[lab][webserver]\n";

std::string error_of(std::string_view text)
{
    try {
        parse_rubric(text, list, "r.txt");
    } catch (const net::Error& error) {
        return error.what();
    }
    return "no error";
}

Grading grading(const std::vector<std::pair<Verdict, double>>& results)
{
    Grading grading;
    for (const auto& [verdict, points] : results)
        grading.results.push_back({.test = {},
                                   .verdict = verdict,
                                   .reason = "",
                                   .record = "",
                                   .time = {},
                                   .points = points});
    return grading;
}

} // namespace

TEST_CASE("A case counts the points of the first line that matches", "[grader]")
{
    const Rubric rubric = parse_rubric("# lab 1\n"
                                       "\n"
                                       "  10 \"A missing page gives 404\"\r\n"
                                       "2.5\t\"A missing\"\n",
                                       list, "r.txt");
    CHECK(points_of("A missing page gives 404", rubric) == 10);
    CHECK(points_of("A missing folder gives 404", rubric) == 2.5);
    CHECK(points_of("Pages are sent", rubric) == 0);
    CHECK(points_of("Pages are sent", parse_rubric("1 \"\"", list, "r.txt")) == 1);
    CHECK(points_of("Pages are sent", {}) == 1);
}

TEST_CASE("A wrong line of a rubric is named with its number", "[grader]")
{
    const std::string expected = "expected POINTS \"the name of a case, or how it begins\"";
    CHECK(error_of("1 \"Pages\"\n\nten \"Pages\"\n") ==
          "r.txt:3: POINTS 'ten' is not a number from 0 to 1000");
    CHECK(error_of("-1 \"Pages\"") == "r.txt:1: POINTS '-1' is not a number from 0 to 1000");
    CHECK(error_of("10 Pages") == "r.txt:1: " + expected);
    CHECK(error_of("10 \"Pages") == "r.txt:1: " + expected);
    CHECK(error_of("10") == "r.txt:1: " + expected);
    CHECK(error_of("10 \"ages\"") == "r.txt:1: no case begins with \"ages\"");
    CHECK(error_of("# nothing\n") == "r.txt: no line has points");
}

TEST_CASE("A total leaves out skipped cases and rounds to hundredths of a percent", "[grader]")
{
    const auto text = [](const std::vector<std::pair<Verdict, double>>& results) {
        return text_of(total_of(grading(results)));
    };
    using enum Verdict;
    CHECK(text({}) == "0/0 points, 0 %");
    CHECK(text({{skipped, 5}}) == "0/0 points, 0 %");
    CHECK(text({{passed, 1}, {failed, 1}, {failed, 1}, {skipped, 9}}) == "1/3 points, 33.33 %");
    CHECK(text({{passed, 0.1}, {passed, 0.2}}) == "0.3/0.3 points, 100 %");
    CHECK(text({{passed, 57}, {failed, 43}}) == "57/100 points, 57 %");
    CHECK(percent_of({.points = 29, .of = 100}) == 29);
}
