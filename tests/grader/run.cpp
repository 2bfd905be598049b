#include "tests/grader/run.h"

#include <sys/wait.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <list>
#include <optional>
#include <sstream>

#include "common/error.h"
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

/// "WEBSERVER" for "webserver".
std::string variable_of(std::string name)
{
    std::ranges::transform(name, name.begin(),
                           [](unsigned char letter) { return std::toupper(letter); });
    return name;
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
    std::string hidden;
    for (const std::string& folder : settings.hidden)
        hidden += folder + '\n';
    for (const Program& program : programs) {
        if (program.is_ours) continue;
        theirs += variable_of(program.name) + " ";
        if (!settings.student.empty()) variables.push_back("GRADE_STUDENT=" + settings.student);
        if (!settings.port.empty())
            variables.push_back(variable_of(program.name) + "_PORT=" + settings.port);
    }
    variables.push_back("GRADE_THEIRS=" + theirs);
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

} // namespace

std::string list_cases(const Settings& settings)
{
    const Task task{.command = {settings.tests, "--cases"},
                    .environment = {},
                    .scratch = settings.scratch,
                    .time_limit = settings.time_limit,
                    .limits = settings.limits,
                    .isolation = {}};
    std::list<Job> jobs;
    jobs.push_back({0, {}, RunningTask(task), {}});
    const TaskResult result = wait_for_any(jobs)->process.result();
    if (result.end != TaskEnd::exited || result.status != 0)
        throw net::Error("list the cases of " + settings.tests + ": " + result.err);
    return result.out;
}

std::vector<Result> run(const std::vector<Case>& cases, const std::vector<Program>& programs,
                        const Settings& settings, const std::function<void(const Result&)>& report)
{
    std::vector<std::optional<Result>> results(cases.size());
    std::list<Job> jobs;
    std::size_t next = 0;
    std::size_t reported = 0;
    while (reported < cases.size()) {
        while (next < cases.size() && jobs.size() < settings.jobs) {
            const auto scratch = settings.scratch / std::to_string(next);
            std::filesystem::create_directory(scratch);
            const Task task{
                .command = {settings.tests, specification(cases[next].name), "-r", "failures"},
                .environment = environment(programs, settings, scratch),
                .scratch = scratch,
                .time_limit = settings.time_limit,
                .limits = settings.limits,
                .isolation = settings.isolation};
            jobs.push_back({next++, scratch, RunningTask(task), Clock::now()});
        }
        const auto job = wait_for_any(jobs);
        Result& result = results[job->number].emplace(
            result_of(cases[job->number], job->process.result(), settings.time_limit));
        result.time = std::chrono::round<std::chrono::milliseconds>(Clock::now() - job->start);
        std::error_code ignored;
        std::filesystem::remove_all(job->scratch, ignored);
        jobs.erase(job);
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
