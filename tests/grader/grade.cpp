// Grades programs: runs the cases of tests/grade on them and prints the score. `make grade` and
// `make grade-all` call it with $WEBSERVER and so on set to the commands.

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <thread>

#include "common/error.h"
#include "common/program/command_line.h"
#include "tests/grade/peers/process.h"
#include "tests/grader/course_systems.h"
#include "tests/grader/gradebook.h"
#include "tests/grader/gradescope.h"
#include "tests/grader/report.h"
#include "tests/grader/roster.h"
#include "tests/grader/rubric.h"
#include "tests/grader/run.h"
#include "tests/grader/submission.h"

namespace {

using score::Grading;
using score::Program;
using score::Settings;

struct Options {
    std::string tests;
    std::vector<std::string> ours;
    std::vector<std::string> theirs;
    std::vector<std::string> except;
    std::string student;
    std::string submissions;
    std::string out;
    std::string rubric;
    std::string hidden;
    double fail_below = 0;
    std::string roster;
    std::string assignment = "Network programs";
    std::string port;
    std::size_t jobs = std::max(1U, std::thread::hardware_concurrency());
    std::size_t time_limit = 60;
    score::Limits limits{};
};

Options parse_options(int argc, char* argv[])
{
    Options options;
    const net::CommandLine command_line{
        .program = "grade",
        .purpose = "Runs the test cases on programs in any language and prints the score.",
        .operands = {{"TESTS", "the program with the cases: build/release/tests/grade_tests",
                      options.tests}},
        .options =
            {
                {0, "our", "PROGRAM", "grade our $PROGRAM, also on what only our manuals promise",
                 options.ours},
                {0, "their", "PROGRAM", "grade the $PROGRAM of a student", options.theirs},
                {0, "except", "TAG", "skip the cases with this tag, such as cache", options.except},
                {0, "student", "DIR", "copy these files to the working directory", options.student},
                {0, "submissions", "DIR", "grade each folder in this one", options.submissions},
                {'o', "out", "DIR", "write the results to this folder", options.out},
                {0, "rubric", "FILE", "lines of POINTS \"how a case begins\"", options.rubric},
                {0,
                 "hide",
                 "LEVEL",
                 "cases whose results Gradescope shows to no student",
                 {options.hidden, {"lab", "extra", "robust"}}},
                {0,
                 "fail-below",
                 "PERCENT",
                 "exit 1 if a total is below",
                 {options.fail_below, 0, 100}},
                {0, "roster", "FILE", "CSV of folder,id,name: write canvas.csv and moodle.csv",
                 options.roster},
                {0, "assignment", "NAME", "its name in Canvas", options.assignment},
                {0, "port", "PORT", "the fixed port of the program", options.port},
                {'j', "jobs", "N", "number of cases to run at a time", {options.jobs, 1}},
                {0, "deadline", "SECONDS", "time limit for each case", {options.time_limit, 1}},
                {0, "memory", "MIB", "memory limit for each process; 0: no limit",
                 options.limits.memory},
                {0, "disk", "MIB", "limit for all files of a case", {options.limits.disk, 1}},
            },
        .exit_status = "0 graded, whatever the score; 1 a total is below --fail-below; 2 usage or "
                       "system error",
    };
    command_line.parse_or_exit(argc, argv);
    return options;
}

/// The program with its command from $PROGRAM.
Program program_of(const std::string& name, bool is_ours, const std::string& port = {})
{
    const std::string variable = score::variable_of(name);
    const char* command = std::getenv(variable.c_str());
    if (command == nullptr || *command == '\0')
        throw net::Error("grade " + name + ": set " + variable + " to its command");
    return {name, command, is_ours, port};
}

std::vector<Program> programs_of(const Options& options)
{
    std::vector<Program> programs;
    for (const std::string& name : options.theirs)
        programs.push_back(program_of(name, false, options.port));
    for (const std::string& name : options.ours)
        programs.push_back(program_of(name, true));
    if (programs.empty()) throw net::Error("no program to grade (use --their or --our)");
    return programs;
}

std::filesystem::path folder(const std::string& name, const std::string& purpose)
{
    if (!std::filesystem::is_directory(name))
        throw net::Error(purpose + " " + name + ": no such folder");
    return std::filesystem::canonical(name);
}

std::string read_file(const std::string& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf();
    if (!stream) net::fail("read " + file);
    return content.str();
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
        if ((entry.is_directory() || score::is_archive(entry.path())) &&
            !entry.path().filename().string().starts_with('.'))
            folders.push_back(entry.path());
    if (folders.empty())
        throw net::Error("grade all in " + all.string() + ": it contains no folder and no archive");
    std::ranges::sort(folders);
    return folders;
}

Settings settings_of(const Options& options, const std::filesystem::path& scratch)
{
    Settings settings{.tests = std::filesystem::absolute(options.tests),
                      .excluded = options.except,
                      .student = {},
                      .jobs = options.jobs,
                      .time_limit = std::chrono::seconds(options.time_limit),
                      .limits = options.limits,
                      .isolation = score::supported_isolation(scratch),
                      .scratch = scratch};
    if (const std::string missing = settings.isolation.missing(); !missing.empty())
        std::cerr << "grade: this system supports only a part of the sandbox:" << missing << '\n';
    if (!settings.isolation.network) settings.jobs = 1; // else they would use the same ports
    if (const char* source = std::getenv("SOURCE_FOLDER"))
        settings.hidden.push_back(folder(source, "hide"));
    if (!options.submissions.empty())
        settings.hidden.push_back(folder(options.submissions, "grade all in"));
    settings.hidden.push_back(scratch / "submissions");
    std::filesystem::create_directory(scratch / "submissions");
    return settings;
}

score::Rubric rubric_of(const Options& options, const Settings& settings)
{
    if (options.rubric.empty()) return {};
    return score::parse_rubric(read_file(options.rubric), score::list_cases(settings),
                               options.rubric);
}

/// The programs of others with the reason why none of them starts.
std::vector<Program> broken(std::vector<Program> programs, const std::string& reason)
{
    for (Program& program : programs)
        if (!program.is_ours) program.error = reason;
    return programs;
}

/// The lines of the submission's own grade.cmd, if it has one.
std::map<std::string, std::string> commands_in(const std::filesystem::path& submission)
{
    const auto file = submission / "grade.cmd";
    if (!std::filesystem::is_regular_file(file)) return {};
    return score::parse_commands(read_file(file), file.filename());
}

/// The submission's own build command, or else $BUILD; empty when there is none.
std::string build_command(const std::map<std::string, std::string>& commands)
{
    const auto own = commands.find("BUILD");
    const char* general = std::getenv("BUILD");
    return own != commands.end() ? own->second : general != nullptr ? general : "";
}

/// Unpacks a submission that is an archive and builds it, if there is a command; sets the folder
/// with its files and its commands. The reason when that fails, else an empty text.
std::string set_up(const std::filesystem::path& submission, Settings& settings,
                   std::map<std::string, std::string>& commands)
{
    const auto room = settings.scratch / "submissions" / submission.filename();
    for (const char* part : {"archive", "unpacked", "built"})
        std::filesystem::create_directories(room / part);
    if (score::is_archive(submission)) {
        std::filesystem::copy(submission, room / "archive");
        settings.student = room / "archive";
        const std::string error =
            score::build(score::unpack_command(submission), settings, room / "unpacked");
        if (!error.empty()) return "cannot be unpacked: " + error;
        settings.student = score::inner_folder(room / "unpacked");
    } else {
        settings.student = folder(submission, "grade");
    }
    try {
        commands = commands_in(settings.student);
    } catch (const net::Error& error) {
        return error.what();
    }
    const std::string build = build_command(commands);
    if (build.empty()) return {};
    const std::string error = score::build(build, settings, room / "built");
    settings.student = room / "built";
    return error.empty() ? error : "the build fails: " + error;
}

/// What is done once for each submission: it is set up, and each program is started. Sets
/// settings.student; returns the programs.
std::vector<Program> prepare(const std::filesystem::path& submission,
                             const std::vector<Program>& programs, Settings& settings)
{
    std::map<std::string, std::string> commands;
    const std::string error = set_up(submission, settings, commands);
    if (!error.empty()) return broken(programs, error);
    return score::probe(score::with_commands(programs, commands), settings);
}

/// What was found out about the programs, as lines.
std::string notes_on(const std::vector<Program>& prepared, const std::vector<Program>& programs)
{
    std::string text;
    for (std::size_t i = 0; i < prepared.size(); ++i)
        if (prepared[i].port != programs[i].port)
            text += "note    " + prepared[i].name + " uses port " + prepared[i].port +
                    ", which it has built in\n";
    return text;
}

/// Grades the programs of one student and prints each case.
Grading grade_programs(const std::string& title, const std::vector<Program>& programs,
                       const Settings& settings, const score::Rubric& rubric)
{
    const auto start = std::chrono::steady_clock::now();
    const auto cases =
        score::select_cases(score::list_cases(settings), programs, settings.excluded);
    if (!title.empty()) std::cout << title << '\n';
    auto results = score::run(cases, programs, settings, [](const score::Result& result) {
        std::cout << score::text_of(result) << std::flush;
    });
    for (score::Result& result : results)
        result.points = score::points_of(result.test.name, rubric);
    return {
        title, programs, std::move(results),
        std::chrono::round<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start)};
}

/// Grades one submission, or our programs, and returns the percentage.
double grade_one(const std::vector<Program>& programs, Settings settings,
                 const score::Rubric& rubric, const Options& options)
{
    const std::filesystem::path out = options.out;
    const auto prepared =
        options.student.empty() ? programs : prepare(options.student, programs, settings);
    const std::string notes = notes_on(prepared, programs);
    std::cout << notes;
    const Grading grading = grade_programs("", prepared, settings, rubric);
    const std::string table = score::table_of({grading});
    std::cout << '\n' << table << std::flush;
    const double percent = score::percent_of(score::total_of(grading));
    if (out.empty()) return percent;
    std::filesystem::create_directories(out);
    write_file(out / "grade.txt", notes + score::text_of(grading) + '\n' + table);
    write_file(out / "grade.xml", score::junit(grading));
    write_file(out / "grade.json", score::json(grading));
    write_file(out / "results.json", score::gradescope(grading, options.hidden));
    return percent;
}

/// Reads the roster, if there is one, and tells what differs from the submissions.
score::Roster roster_of(const Options& options,
                        const std::vector<std::filesystem::path>& submissions)
{
    if (options.roster.empty()) return {};
    score::Roster roster = score::parse_roster(read_file(options.roster), options.roster);
    std::vector<std::string> folders;
    for (const auto& submission : submissions)
        folders.push_back(score::title_of(submission));
    for (const std::string& sentence : score::differences(roster, folders))
        std::cerr << "grade: " << sentence << '\n';
    return roster;
}

void write_gradebooks(const std::vector<Grading>& gradings, const score::Roster& roster,
                      const std::string& assignment, const std::filesystem::path& out)
{
    write_file(out / "grades.csv", score::csv(gradings));
    write_file(out / "grades.html", score::html(gradings));
    if (roster.empty()) return;
    write_file(out / "canvas.csv", score::canvas(gradings, roster, assignment));
    write_file(out / "moodle.csv", score::moodle(gradings, roster));
}

/// Grades all submissions and returns the lowest percentage.
double grade_all(const std::vector<Program>& programs, Settings settings,
                 const score::Rubric& rubric, const Options& options)
{
    const std::string all = folder(options.submissions, "grade all in");
    const auto submissions = submissions_in(all);
    const score::Roster roster = roster_of(options, submissions);
    const std::filesystem::path out = options.out.empty() ? all : options.out;
    std::vector<Grading> gradings;
    double lowest = 100;
    std::filesystem::create_directories(out);
    for (const auto& submission : submissions) {
        const auto prepared = prepare(submission, programs, settings);
        std::cout << notes_on(prepared, programs);
        gradings.push_back(grade_programs(score::title_of(submission), prepared, settings, rubric));
        lowest = std::min(lowest, score::percent_of(score::total_of(gradings.back())));
        std::cout << '\n' << score::table_of({gradings.back()}) << '\n';
        // After each, so that an interruption loses nothing.
        write_gradebooks(gradings, roster, options.assignment, out);
    }
    std::cout << score::table_of(gradings) << std::flush;
    return lowest;
}

} // namespace

int main(int argc, char* argv[])
try {
    const Options options = parse_options(argc, argv);
    const std::vector<Program> programs = programs_of(options);
    const grade::ScratchFolder scratch;
    // A mail server switches to its own user, which needs access to its files.
    std::filesystem::permissions(scratch.path(), std::filesystem::perms::others_exec,
                                 std::filesystem::perm_options::add);
    const Settings settings = settings_of(options, scratch.path());
    const score::Rubric rubric = rubric_of(options, settings);
    const double percent = options.submissions.empty()
                               ? grade_one(programs, settings, rubric, options)
                               : grade_all(programs, settings, rubric, options);
    return percent < options.fail_below ? 1 : 0;
} catch (const std::exception& error) {
    std::cerr << "grade: " << error.what() << '\n';
    return 2;
}
