#include "tests/grader/run.h"

#include <sys/wait.h>

#include <algorithm>
#include <cstring>
#include <list>
#include <optional>
#include <set>
#include <sstream>

#include "common/error.h"
#include "tests/grader/advice.h"
#include "tests/grader/running_task.h"

namespace score {
namespace {

using Clock = std::chrono::steady_clock;

/// A test specification that matches exactly this case.
std::string specification(const std::string& name)
{
    std::string quoted = "\"";
    for (const char letter : name) {
        if (letter == ',' || letter == '"' || letter == '\\') quoted += '\\';
        quoted += letter;
    }
    return quoted + '"';
}

std::vector<std::string> environment(const std::vector<Program>& programs, const Settings& settings,
                                     const std::filesystem::path& scratch)
{
    std::vector<std::string> variables = {
        "TMPDIR=" + scratch.string(), "HOME=" + scratch.string(),
        "GRADE_RECORD=" + (scratch / "record").string(),
        "PYTHONUNBUFFERED=1", // its output is read while it runs
    };
    std::string theirs;
    std::string own_commands;
    std::string hidden;
    for (const std::string& folder : settings.hidden)
        hidden += folder + '\n';
    for (const Program& program : programs) {
        if (program.is_ours) continue;
        const std::string variable = variable_of(program.name);
        theirs += variable + " ";
        if (program.has_own_command) own_commands += variable + " ";
        if (!settings.student.empty()) variables.push_back("GRADE_STUDENT=" + settings.student);
        variables.push_back(variable + '=' + program.command);
        if (!program.port.empty()) variables.push_back(variable + "_PORT=" + program.port);
    }
    variables.push_back("GRADE_THEIRS=" + theirs);
    variables.push_back("GRADE_OWN_COMMANDS=" + own_commands);
    variables.push_back("GRADE_HIDE=" + hidden);
    return variables;
}

std::string lines_with(const std::string& text, std::string_view part)
{
    std::istringstream lines(text);
    std::string found;
    for (std::string line; std::getline(lines, line);)
        if (line.find(part) != std::string::npos) found += line + '\n';
    return found;
}

/// Runs one task to its end.
TaskResult run_alone(const Task& task)
{
    RunningTask running(task);
    while (::waitpid(running.id(), nullptr, 0) == -1)
        if (errno != EINTR) net::fail("wait for a task");
    return running.result();
}

/// Runs a hidden case that prepares the grading, with more variables; what it printed.
std::string prepare(const std::string& name, const std::vector<Program>& programs,
                    const Settings& settings, const std::vector<std::string>& more = {},
                    const std::filesystem::path& kept = {})
{
    const auto scratch = settings.scratch / "preparation";
    std::filesystem::create_directory(scratch);
    auto variables = environment(programs, settings, scratch);
    variables.insert(variables.begin(), more.begin(), more.end());
    const TaskResult ended =
        run_alone({.command = {settings.tests, specification(name), "-r", "failures"},
                   .environment = variables,
                   .scratch = scratch,
                   .time_limit = settings.time_limit,
                   .limits = settings.limits,
                   .isolation = settings.isolation,
                   .leads_here = true,
                   .kept = kept});
    std::filesystem::remove_all(scratch);
    if (ended.end == TaskEnd::no_sandbox) throw net::Error(name + ": " + ended.err);
    return ended.out;
}

/// The rest of the first line that begins with a word; empty when there is none.
std::string after_word(const std::string& text, const std::string& word)
{
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(word + ' ')) return line.substr(word.size() + 1);
    return {};
}

struct Job {
    std::size_t number;
    std::filesystem::path scratch;
    RunningTask process;
    Clock::time_point start;
};

/// Waits for the first one to end and returns its place in `jobs`.
std::list<Job>::iterator wait_for_any(std::list<Job>& jobs)
{
    for (;;) {
        const pid_t ended = ::waitpid(-1, nullptr, 0);
        if (ended == -1 && errno != EINTR) net::fail("wait for a case");
        const auto job = std::ranges::find_if(
            jobs, [ended](const Job& candidate) { return candidate.process.id() == ended; });
        if (job != jobs.end()) return job;
    }
}

const Program& program_of(const Case& test, const std::vector<Program>& programs)
{
    return *std::ranges::find(programs, test.program, &Program::name);
}

/// The results that are known before: programs that do not start fail all their cases. The first
/// one says why.
std::vector<std::optional<Result>> results_of_broken(const std::vector<Case>& cases,
                                                     const std::vector<Program>& programs)
{
    std::vector<std::optional<Result>> results(cases.size());
    std::set<std::string> told;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const Program& program = program_of(cases[i], programs);
        if (program.error.empty()) continue;
        results[i] =
            Result{.test = cases[i],
                   .verdict = Verdict::failed,
                   .reason = told.insert(program.name).second ? program.error + '\n' : "not run\n",
                   .record = {}};
    }
    return results;
}

/// For a student: what the program itself said last on standard error, and what the case wants.
std::string explanation_of(const Result& result)
{
    constexpr std::string_view mark = "* stderr: ";
    std::istringstream record(result.record);
    std::string said;
    for (std::string line; std::getline(record, line);)
        if (line.starts_with(mark)) said = line.substr(mark.size());
    if (said.ends_with("\\n")) said.resize(said.size() - 2);
    const std::string remedy(advice_for(result.test.name));
    return (said.empty() ? "" : "your program said: " + said + '\n') +
           (remedy.empty() ? "" : remedy + '\n');
}

Job start(std::size_t number, const Case& test, const std::vector<Program>& programs,
          const Settings& settings)
{
    const auto scratch = settings.scratch / std::to_string(number);
    std::filesystem::create_directory(scratch);
    const Task task{.command = {settings.tests, specification(test.name), "-r", "failures"},
                    .environment = environment(programs, settings, scratch),
                    .scratch = scratch,
                    .time_limit = settings.time_limit,
                    .limits = settings.limits,
                    .isolation = settings.isolation,
                    .leads_here = !std::ranges::all_of(programs, &Program::is_ours)};
    return {number, scratch, RunningTask(task), Clock::now()};
}

/// The result of a job that has ended; removes its scratch folder.
Result finish(Job& job, const Case& test, const Program& program, const Settings& settings)
{
    Result result = result_of(test, job.process.result(), settings.time_limit);
    if (result.verdict == Verdict::failed && !program.is_ours)
        result.reason = explanation_of(result) + result.reason;
    result.time = std::chrono::round<std::chrono::milliseconds>(Clock::now() - job.start);
    std::error_code ignored;
    std::filesystem::remove_all(job.scratch, ignored);
    return result;
}

} // namespace

std::string list_cases(const Settings& settings)
{
    const TaskResult result = run_alone({.command = {settings.tests, "--cases"},
                                         .environment = {},
                                         .scratch = settings.scratch,
                                         .time_limit = settings.time_limit,
                                         .limits = settings.limits,
                                         .isolation = {}});
    if (result.end != TaskEnd::exited || result.status != 0)
        throw net::Error("list the cases of " + settings.tests + ": " + result.err);
    return result.out;
}

std::vector<Program> probe(std::vector<Program> programs, const Settings& settings)
{
    for (Program& program : programs) {
        if (program.is_ours || !settings.isolation.network) continue;
        const std::string told = prepare("Probe " + program.name, {program}, settings);
        const std::string error = after_word(told, "error");
        if (!error.empty()) program.error = "does not start: " + error;
        if (program.port.empty()) program.port = after_word(told, "port");
    }
    return programs;
}

std::string build(const std::string& command, const Settings& settings,
                  const std::filesystem::path& built)
{
    const Program builder{.name = "build", .command = command, .has_own_command = true};
    return after_word(
        prepare("Build", {builder}, settings, {"GRADE_BUILT=" + built.string()}, built), "error");
}

std::vector<Result> run(const std::vector<Case>& cases, const std::vector<Program>& programs,
                        const Settings& settings, const std::function<void(const Result&)>& report)
{
    auto results = results_of_broken(cases, programs);
    std::list<Job> jobs;
    std::size_t next = 0;
    std::size_t reported = 0;
    while (reported < cases.size()) {
        for (; next < cases.size() && jobs.size() < settings.jobs; ++next)
            if (!results[next]) jobs.push_back(start(next, cases[next], programs, settings));
        if (!jobs.empty()) {
            const auto job = wait_for_any(jobs);
            const Case& test = cases[job->number];
            results[job->number] = finish(*job, test, program_of(test, programs), settings);
            jobs.erase(job);
        }
        for (; reported < cases.size() && results[reported]; ++reported)
            report(*results[reported]);
    }
    std::vector<Result> all;
    for (auto& result : results)
        all.push_back(std::move(*result));
    return all;
}

Result result_of(const Case& test, const TaskResult& ended, std::chrono::seconds time_limit)
{
    Result result{
        .test = test, .verdict = Verdict::failed, .reason = ended.out, .record = ended.record};
    switch (ended.end) {
    case TaskEnd::exited: {
        const std::string skipped = lines_with(ended.out + ended.err, "skipped");
        if (ended.status == 0)
            result.verdict = skipped.empty() ? Verdict::passed : Verdict::skipped;
        if (ended.status == 0) result.reason = skipped;
        break;
    }
    case TaskEnd::killed:
        result.reason += std::string("the test was ended by a signal: ") +
                         ::strsignal(ended.status) + '\n' + ended.err;
        break;
    case TaskEnd::too_late:
        result.reason += "not finished after " + std::to_string(time_limit.count()) + " s\n";
        break;
    case TaskEnd::too_many: result.reason += "the test started too many processes\n"; break;
    case TaskEnd::too_large: result.reason += "a process of the test used too much memory\n"; break;
    case TaskEnd::no_sandbox: throw net::Error("run the case '" + test.name + "': " + ended.err);
    }
    return result;
}

} // namespace score
