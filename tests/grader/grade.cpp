// Grades programs: runs the cases of tests/grade on them and tells the score. For `make grade` and
// `make grade-all`, which set $WEBSERVER and so on to the commands.

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <thread>

#include "common/error.h"
#include "common/program/command_line.h"
#include "tests/grade/peers/process.h"
#include "tests/grader/gradebook.h"
#include "tests/grader/report.h"
#include "tests/grader/run.h"

namespace {

using score::Grading;
using score::Program;
using score::Setting;

struct Options {
    std::string tests;
    std::vector<std::string> ours;
    std::vector<std::string> theirs;
    std::vector<std::string> except;
    std::string student;
    std::string submissions;
    std::string out;
    std::string port;
    std::size_t jobs = std::max(1U, std::thread::hardware_concurrency());
    std::size_t patience = 60;
    score::Limits limits{};
};

Options parse_options(int argc, char* argv[])
{
    Options options;
    const net::CommandLine command_line{
        .program = "grade",
        .purpose = "Runs the test cases on programs of any language and tells the score.",
        .operands = {{"TESTS", "the program with the cases: build/release/tests/grade_tests",
                      options.tests}},
        .options =
            {
                {0, "our", "PROGRAM", "grade $PROGRAM, with all that our manuals promise",
                 options.ours},
                {0, "their", "PROGRAM", "grade $PROGRAM, as somebody else's", options.theirs},
                {0, "except", "TAG", "leave these cases out: cache, robust", options.except},
                {0, "student", "DIR", "copy these files to where programs start", options.student},
                {0, "submissions", "DIR", "each folder in it is a student's", options.submissions},
                {'o', "out", "DIR", "write the results there, for gradebooks", options.out},
                {0, "port", "PORT", "the port that is built into the program", options.port},
                {'j', "jobs", "N", "so many cases at a time", {options.jobs, 1}},
                {0, "deadline", "SECONDS", "for each case", {options.patience, 1}},
                {0, "memory", "MIB", "for each process; 0: no limit", options.limits.memory},
                {0, "disk", "MIB", "for all files of a case", {options.limits.disk, 1}},
            },
        .exit_status = "0 graded, whatever the score; 2 could not grade",
    };
    command_line.parse_or_exit(argc, argv);
    return options;
}

/// The program with its command, which $PROGRAM holds.
Program program_of(const std::string& name, bool is_ours)
{
    std::string variable = name;
    std::ranges::transform(variable, variable.begin(),
                           [](unsigned char letter) { return std::toupper(letter); });
    const char* command = std::getenv(variable.c_str());
    if (command == nullptr || *command == '\0')
        throw net::Error("grade " + name + ": set " + variable + " to its command");
    return {name, command, is_ours};
}

std::vector<Program> programs_of(const Options& options)
{
    std::vector<Program> programs;
    for (const std::string& name : options.theirs)
        programs.push_back(program_of(name, false));
    for (const std::string& name : options.ours)
        programs.push_back(program_of(name, true));
    if (programs.empty()) throw net::Error("say which program to grade (--their, --our)");
    return programs;
}

std::filesystem::path folder(const std::string& name, const std::string& purpose)
{
    if (!std::filesystem::is_directory(name))
        throw net::Error(purpose + " " + name + ": there is no such folder");
    return std::filesystem::canonical(name);
}

void write_file(const std::filesystem::path& file, const std::string& content)
{
    std::ofstream stream(file, std::ios::binary);
    stream << content << std::flush;
    if (!stream) net::fail("write " + file.string());
}

/// The folders to grade, by name.
std::vector<std::filesystem::path> submissions_in(const std::filesystem::path& all)
{
    std::vector<std::filesystem::path> folders;
    for (const auto& entry : std::filesystem::directory_iterator(all))
        if (entry.is_directory() && !entry.path().filename().string().starts_with('.'))
            folders.push_back(entry.path());
    if (folders.empty()) throw net::Error("grade all in " + all.string() + ": no folder is there");
    std::ranges::sort(folders);
    return folders;
}

Setting setting_of(const Options& options, const std::filesystem::path& scratch)
{
    Setting setting{.tests = std::filesystem::absolute(options.tests),
                    .unwanted = options.except,
                    .student = {},
                    .port = options.port,
                    .jobs = options.jobs,
                    .patience = std::chrono::seconds(options.patience),
                    .limits = options.limits,
                    .walls = score::possible_walls(scratch),
                    .scratch = scratch};
    if (const std::string missing = setting.walls.missing(); !missing.empty())
        std::cerr << "grade: this system does not let us shut programs in:" << missing << '\n';
    if (!setting.walls.network) setting.jobs = 1; // or they would take each other's ports
    if (!options.student.empty()) setting.student = folder(options.student, "grade");
    return setting;
}

/// Grades the programs of one student and tells of each case.
Grading grade_programs(const std::string& title, const std::vector<Program>& programs,
                       const Setting& setting)
{
    const auto cases = score::choose(score::list_cases(setting), programs, setting.unwanted);
    if (!title.empty()) std::cout << title << '\n';
    auto results = score::run(cases, programs, setting, [](const score::Result& result) {
        std::cout << score::text_of(result) << std::flush;
    });
    return {title, programs, std::move(results)};
}

void grade_one(const std::vector<Program>& programs, const Setting& setting,
               const std::filesystem::path& out)
{
    const Grading grading = grade_programs("", programs, setting);
    const std::string table = score::table_of({grading});
    std::cout << '\n' << table << std::flush;
    if (out.empty()) return;
    std::filesystem::create_directories(out);
    write_file(out / "grade.txt", score::text_of(grading) + '\n' + table);
    write_file(out / "grade.xml", score::junit(grading));
    write_file(out / "grade.json", score::json(grading));
}

void grade_all(const std::vector<Program>& programs, Setting setting,
               const std::filesystem::path& submissions, const std::filesystem::path& out)
{
    std::vector<Grading> gradings;
    std::filesystem::create_directories(out);
    for (const auto& submission : submissions_in(submissions)) {
        setting.student = submission;
        gradings.push_back(grade_programs(submission.filename(), programs, setting));
        std::cout << '\n' << score::table_of({gradings.back()}) << '\n';
        write_file(out / "grades.csv", score::csv(gradings)); // now, lest a night's work be lost
        write_file(out / "grades.html", score::html(gradings));
    }
    std::cout << score::table_of(gradings) << std::flush;
}

} // namespace

int main(int argc, char* argv[])
try {
    const Options options = parse_options(argc, argv);
    const std::vector<Program> programs = programs_of(options);
    const grade::ScratchFolder scratch;
    // A mail server changes to a user of its own, and wants to get to its files.
    std::filesystem::permissions(scratch.path(), std::filesystem::perms::others_exec,
                                 std::filesystem::perm_options::add);
    const Setting setting = setting_of(options, scratch.path());
    if (options.submissions.empty()) {
        grade_one(programs, setting, options.out);
    } else {
        const auto submissions = folder(options.submissions, "grade all in");
        grade_all(programs, setting, submissions,
                  options.out.empty() ? submissions : std::filesystem::path(options.out));
    }
    return 0;
} catch (const std::exception& error) {
    std::cerr << "grade: " << error.what() << '\n';
    return 2;
}
