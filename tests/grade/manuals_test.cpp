// Every program's manual, found by its name: webserver/webclient.1 is for $WEBCLIENT.
#include "catch.h"
#include <algorithm>
#include <cctype>
#include <map>
#include <sstream>

#include "tests/grade/peers/process.h"

namespace {

std::string variable_of(const std::string& program)
{
    std::string name = program;
    std::ranges::transform(name, name.begin(), [](unsigned char letter) {
        return static_cast<char>(std::toupper(letter));
    });
    return name;
}

/// The long options that --help names, without their dashes.
std::vector<std::string> options_of(const std::string& help)
{
    std::vector<std::string> options;
    std::istringstream words(help);
    std::string word;
    while (words >> word)
        if (word.starts_with("--")) options.push_back(word.substr(2));
    return options;
}

void check_fits_screen(const std::string& text)
{
    CHECK(std::ranges::count(text, '\n') <= 40);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        CHECK(line.size() <= 80);
}

/// The programs that have a manual, with its path.
std::map<std::string, std::filesystem::path> programs()
{
    std::map<std::string, std::filesystem::path> found;
    for (const auto& folder : std::filesystem::directory_iterator(grade::source_folder())) {
        if (!folder.is_directory()) continue;
        for (const auto& file : std::filesystem::directory_iterator(folder.path()))
            if (file.path().extension() == ".1") found.emplace(file.path().stem(), file.path());
    }
    return found;
}

std::string command_of(const std::string& program)
{
    return grade::command_of(variable_of(program).c_str());
}

} // namespace

TEST_CASE("Help fits a screen, and the manual names each option that it names", "[own]")
{
    const auto all = programs();
    CHECK(all.size() >= 4);
    for (const auto& [program, path] : all) {
        CAPTURE(program);
        const std::string manual = grade::content_of(path);
        const std::string help = grade::run(command_of(program), {"--help"}).out;
        check_fits_screen(help);
        const auto options = options_of(help);
        CHECK(options.size() >= 2); // --help and --version
        for (const std::string& option : options)
            CHECK_THAT(manual, Contains("-" + option));
        CHECK_THAT(grade::run(command_of(program), {"--version"}).out,
                   Matches(program + " [0-9.]+( \\(TLS: .*\\))?\n"));
    }
}

TEST_CASE("The changelog begins with the version that each program prints", "[own]")
{
    const std::string changelog =
        grade::content_of(grade::source_folder() / ".github/CHANGELOG.md");
    const auto begin = changelog.find("\n## ") + 4;
    const std::string version = changelog.substr(begin, changelog.find('\n', begin) - begin);
    for (const auto& [program, path] : programs())
        CHECK_THAT(grade::run(command_of(program), {"--version"}).out + " ",
                   StartsWith(program + " " + version + "\n") ||
                       StartsWith(program + " " + version + " "));
}

TEST_CASE("What was said wrong is shown in one line that commands no terminal", "[own]")
{
    for (const auto& [program, path] : programs()) {
        CAPTURE(program);
        const grade::Outcome outcome = grade::run(command_of(program), {"--\033[2J\nforged"});
        CHECK(outcome.out.empty());
        CHECK(outcome.err ==
              program + ": unknown option --\\x1b[2J\\x0aforged (try " + program + " --help)\n");
    }
}
