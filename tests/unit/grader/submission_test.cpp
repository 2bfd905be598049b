// Submissions as they are handed in, and what students are told.
#include "catch.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "common/error.h"
#include "tests/grader/advice.h"
#include "tests/grader/submission.h"

using namespace score;

TEST_CASE("A grade.cmd has lines NAME=value", "[grader]")
{
    const auto commands = parse_commands("# how mine starts\n\n  WEBSERVER = java Web {port}  \r\n"
                                         "PORT=80\nBUILD=javac *.java\nMAILCLIENT=a=b\n",
                                         "grade.cmd");
    CHECK(commands == std::map<std::string, std::string>{{"WEBSERVER", "java Web {port}"},
                                                         {"PORT", "80"},
                                                         {"BUILD", "javac *.java"},
                                                         {"MAILCLIENT", "a=b"}});
    CHECK_THROWS_WITH(parse_commands("PORT=80\npython3 x.py\n", "ada/grade.cmd"),
                      StartsWith("ada/grade.cmd:2: a line is NAME=value"));
    CHECK_THROWS_AS(parse_commands("=x\n", "f"), net::Error);
}

TEST_CASE("A submission's own commands and ports win over the general ones", "[grader]")
{
    const std::vector<Program> general = {
        {"webserver", "w {port}"}, {"proxy", "p", false, "8888"}, {"mailclient", "m", true}};
    const auto programs = with_commands(
        general,
        {{"WEBSERVER", "java W"}, {"PORT", "80"}, {"MAILCLIENT", "other"}, {"UDPPINGER", "u"}});
    CHECK(programs[0].command == "java W");
    CHECK(programs[0].port == "80");
    CHECK(programs[0].has_own_command);
    CHECK(programs[1].command == "p");
    CHECK(programs[1].port == "8888");
    CHECK_FALSE(programs[1].has_own_command);
    CHECK(programs[2].command == "m"); // ours
    CHECK(programs[2].port.empty());
    CHECK(with_commands(general, {{"PORT", "1"}, {"WEBSERVER_PORT", "2"}})[0].port == "2");
}

TEST_CASE("Archives are told by their names, and unpacked in their folder", "[grader]")
{
    namespace fs = std::filesystem;
    std::string name = (fs::temp_directory_path() / "submissions-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    const fs::path folder = name;
    fs::create_directories(folder / "ada/inner");
    std::ofstream(folder / "ada/inner/W.py") << "print()\n";
    const auto in_folder = [&](const std::string& command) {
        return std::system(("cd '" + name + "' && exec 2>/dev/null; " + command).c_str());
    };
    REQUIRE(in_folder("tar -czf \"it's Ada.TAR.GZ\" ada && rm -r ada") == 0);

    const fs::path archive = folder / "it's Ada.TAR.GZ";
    CHECK(is_archive(archive));
    CHECK_FALSE(is_archive(folder));
    CHECK(title_of(archive) == "it's Ada");
    CHECK(title_of(folder / "ada") == "ada");
    CHECK(in_folder(unpack_command(archive)) == 0);
    CHECK_FALSE(fs::exists(archive));
    CHECK(inner_folder(folder) == folder / "ada");
    CHECK(inner_folder(folder / "ada/inner") == folder / "ada/inner");
    CHECK(fs::exists(folder / "ada/inner/W.py"));

    std::ofstream(folder / "bob.zip") << "no archive";
    CHECK(in_folder(unpack_command(folder / "bob.zip")) != 0);
    CHECK(fs::exists(folder / "bob.zip"));
    fs::remove_all(folder);
}

TEST_CASE("Every case of the lab has its advice", "[grader]")
{
    const char* source = std::getenv("SOURCE_FOLDER");
    if (source == nullptr) {
        WARN("skipped: set SOURCE_FOLDER to the project, as make does");
        return;
    }
    const std::regex lab_case("TEST_CASE\\(\\s*\"([^\"]+)\",\\s*\"[^\"]*\\[lab\\](?![^\"]*own)");
    std::size_t count = 0;
    const auto tests = std::filesystem::path(source) / "tests/grade";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(tests)) {
        if (entry.path().extension() != ".cpp") continue;
        std::ifstream stream(entry.path());
        const std::string text{std::istreambuf_iterator<char>(stream), {}};
        for (std::sregex_iterator match(text.begin(), text.end(), lab_case), end; match != end;
             ++match, ++count) {
            INFO((*match)[1].str());
            CHECK_FALSE(advice_for((*match)[1].str()).empty());
        }
    }
    CHECK(count >= 20);
    CHECK(advice_for("A POST of a form is forwarded").empty());
}
