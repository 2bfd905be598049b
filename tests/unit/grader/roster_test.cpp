// The roster of a course, and the files for Canvas and Moodle.
#include "catch.h"

#include "common/error.h"
#include "tests/grader/course_systems.h"
#include "tests/grader/roster.h"

using namespace score;

namespace {

std::string text_of(const Roster& roster)
{
    std::string text;
    for (const Student& student : roster)
        text += student.folder + "|" + student.id + "|" + student.name + "\n";
    return text;
}

Result result(const std::string& name, Verdict verdict)
{
    return {.test = {name, "", "webserver", Level::lab},
            .verdict = verdict,
            .reason = "1 < 2\nmore\n",
            .record = "",
            .time = {},
            .points = 1};
}

const Roster roster = {
    {"ada", "17", "Lovelace, Ada"}, {"bob", "bk1", "Bob"}, {"bob", "18", ""}, {"eve", "19", ""}};

std::vector<Grading> gradings()
{
    return {{.title = "ada",
             .programs = {},
             .results = {result("a", Verdict::passed), result("b", Verdict::failed)},
             .time = {}},
            {.title = "bob",
             .programs = {},
             .results = {result("a", Verdict::passed), result("b", Verdict::skipped)},
             .time = {}}};
}

} // namespace

TEST_CASE("A roster is read as spreadsheets write it", "[grader]")
{
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"", ""},
        {"ada,17\nbob,18", "ada|17|\nbob|18|\n"},
        {"\xef\xbb\xbf"
         "folder,id,name\r\nada,17,Ada Lovelace\r\n\r\n",
         "ada|17|Ada Lovelace\n"},
        {"folder;id;last;first\nada;17;Lovelace;Ada\n", "ada|17|Lovelace Ada\n"},
        {"ada,17,\"Lovelace, \"\"Ada\"\"\"\n", "ada|17|Lovelace, \"Ada\"\n"},
        {"ada,17,\"two\nlines\"\nbob,18\n", "ada|17|two\nlines\nbob|18|\n"},
        {"ada,17,\"no end\n", "ada|17|no end\n\n"},
    }));
    CAPTURE(text);
    CHECK(text_of(parse_roster(text, "r.csv")) == expected);
}

TEST_CASE("A row without a folder or an ID is named", "[grader]")
{
    const auto* const text = GENERATE("ada,17\nbob\n", "ada,17\n,18\n", "ada,17\nbob,,Bob\n");
    CHECK_THROWS_WITH(parse_roster(text, "r.csv"),
                      "r.csv, row 2: expected folder,id or folder,id,name");
}

TEST_CASE("Folders without a row and rows without a folder are told", "[grader]")
{
    CHECK(differences(roster, {"ada", "bob", "eve"}).empty());
    CHECK(differences(roster, {"ada", "bob", "zoe"}) ==
          std::vector<std::string>{"the roster has no row for the folder zoe",
                                   "the roster's folder eve is not there"});
}

TEST_CASE("Canvas gets a percentage for each student with a submission", "[grader]")
{
    CHECK(canvas(gradings(), roster, "Lab 1 (4711)") ==
          "Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (4711)\r\n"
          "    Points Possible,,,,,100\r\n"
          "\"Lovelace, Ada\",17,,,,50\r\n"
          "Bob,,bk1,bk1,,100\r\n"
          ",18,,,,100\r\n");
}

TEST_CASE("Moodle gets a percentage and the failed cases as feedback", "[grader]")
{
    CHECK(moodle(gradings(), roster) ==
          "Identifier,Full name,Grade,Maximum Grade,Last modified (grade),Feedback comments\r\n"
          "Participant 17,\"Lovelace, Ada\",50,100,,\"<p>1/2 points, 50 %</p><p>Failed:</p>"
          "<ul><li>b: 1 &lt; 2</li></ul>\"\r\n"
          "bk1,Bob,100,100,,\"<p>1/1 points, 100 %</p>\"\r\n"
          "Participant 18,,100,100,,\"<p>1/1 points, 100 %</p>\"\r\n");
}
