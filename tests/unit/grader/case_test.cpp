// The pure parts of the grader: selection of cases, score and formats.
#include "catch.h"

#include "tests/grader/case.h"
#include "tests/grader/escape.h"
#include "tests/grader/gradebook.h"
#include "tests/grader/report.h"

using namespace score;

namespace {

Grading grading()
{
    const Program program{.name = "webserver", .command = "python3 \"W&S.py\"", .is_ours = false};
    const auto result = [](const std::string& name, Level level, Verdict verdict) {
        return Result{.test = {name, "", "webserver", level},
                      .verdict = verdict,
                      .reason = "1 < 2\nmore\n",
                      .record = "> GET\n",
                      .time = std::chrono::milliseconds(1500)};
    };
    return {.title = "",
            .programs = {program},
            .results = {result("a", Level::lab, Verdict::passed),
                        result("b", Level::lab, Verdict::failed),
                        result("c", Level::extra, Verdict::skipped)}};
}

} // namespace

TEST_CASE("Cases are selected by program, level and owner of the program", "[grader]")
{
    const std::string list = "One\t[lab][webserver]\n"
                             "Two\t[own][robust][webserver]\n"
                             "Three\t[extra][proxy]\n"
                             "Four\t[own]\n"
                             "Five\t[extra][own][udpechoserver][udppinger]\n"
                             "Six\t[webserver]\n";
    const auto names = [&](const std::vector<Program>& programs) {
        std::string text;
        for (const Case& one : select_cases(list, programs))
            text += one.name + " " + one.program + " " + std::string(name_of(one.level)) + ", ";
        return text;
    };
    CHECK(names({{"webserver", "w", false}}) == "One webserver lab, ");
    CHECK(names({{"webserver", "w", true}}) == "One webserver lab, Two webserver robust, ");
    CHECK(names({{"udppinger", "u", true}, {"udpechoserver", "e", true}}) ==
          "Five udppinger extra, ");
    CHECK(names({{"webserve", "w", true}}).empty());
    CHECK(select_cases(list, {{"webserver", "w", true}}, {"robust"}).size() == 1);
}

TEST_CASE("Skipped cases do not change the score", "[grader]")
{
    CHECK(points(grading(), "webserver", Level::lab) == Points{.passed = 1, .of = 2});
    CHECK(points(grading(), "webserver", Level::extra) == Points{});
    CHECK(table_of({grading()}) == "total           1/2 points, 50 %\n"
                                   "webserver       lab 1/2     extra -       robust -\n");
    CHECK(csv({grading()}) == "submission,points,of,percent,webserver lab,webserver lab of,"
                              "webserver extra,webserver extra of,webserver robust,webserver "
                              "robust of\r\n,1,2,50,1,2,0,0,0,0\r\n");
}

TEST_CASE("Text is escaped for every format", "[grader]")
{
    CHECK(xml("a<b> & \"c\"\x01\n") == "a&lt;b&gt; &amp; &quot;c&quot;?\n");
    CHECK(csv("plain") == "plain");
    CHECK(csv("a,\"b\"\n") == "\"a,\"\"b\"\"\n\"");
    CHECK(csv("=1+1") == "'=1+1");
}

TEST_CASE("JUnit counts match the cases", "[grader]")
{
    const std::string text = junit(grading());
    CHECK(text.find("<testsuite name=\"webserver\" tests=\"3\" failures=\"1\" errors=\"0\" "
                    "skipped=\"1\">") != std::string::npos);
    CHECK(text.find("<failure message=\"1 &lt; 2\">        1 &lt; 2\n        more\n") !=
          std::string::npos);
}
