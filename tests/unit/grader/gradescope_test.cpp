// The results for Gradescope.
#include "catch.h"

#include "tests/grader/gradescope.h"

using namespace score;

TEST_CASE("Gradescope's results have points, status and visibility for each case", "[grader]")
{
    const auto result = [](Level level, Verdict verdict) {
        return Result{.test = {"A \"page\"", "", "webserver", level},
                      .verdict = verdict,
                      .reason = verdict == Verdict::passed ? "" : "1 < 2\xff\n",
                      .record = "",
                      .time = {},
                      .points = 2.5};
    };
    const Grading grading{.title = "",
                          .programs = {},
                          .results = {result(Level::lab, Verdict::passed),
                                      result(Level::robust, Verdict::failed),
                                      result(Level::extra, Verdict::skipped)},
                          .time = std::chrono::milliseconds(1234)};
    CHECK(gradescope(grading, "robust") ==
          R"({"score":2.5,"execution_time":1.2,"tests":[)"
          R"({"name":"webserver, lab: A \"page\"","score":2.5,"max_score":2.5,"output":"",)"
          R"("visibility":"visible","status":"passed"},)"
          R"({"name":"webserver, robust: A \"page\"","score":0,"max_score":2.5,)"
          "\"output\":\"        1 < 2\xef\xbf\xbd\\n\","
          R"("visibility":"hidden","status":"failed"},)"
          R"({"name":"webserver, extra: A \"page\"","score":0,"max_score":0,)"
          "\"output\":\"        1 < 2\xef\xbf\xbd\\n\","
          R"("visibility":"visible"}]})"
          "\n");
    CHECK(gradescope(grading, "").find("hidden") == std::string::npos);
}
