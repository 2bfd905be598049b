#include "tests/grader/run.h"

#include <sys/wait.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <list>
#include <optional>
#include <sstream>

#include "common/error.h"
#include "tests/grader/keeper.h"

namespace score {
namespace {

using Clock = std::chrono::steady_clock;

/// A case's name as a test specification that means it and nothing else.
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

std::vector<std::string> environment(const std::vector<Program>& programs, const Setting& setting,
                                     const std::filesystem::path& scratch)
{
    std::vector<std::string> variables = {
        "TMPDIR=" + scratch.string(), "HOME=" + scratch.string(),
        "GRADE_RECORD=" + (scratch / "record").string(),
        "PYTHONUNBUFFERED=1", // what it prints is looked at while it runs
    };
    for (const Program& program : programs) {
        if (program.is_ours) continue;
        if (!setting.student.empty()) variables.push_back("GRADE_STUDENT=" + setting.student);
        if (!setting.port.empty())
            variables.push_back(variable_of(program.name) + "_PORT=" + setting.port);
    }
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
    Keeper keeper;
    Clock::time_point start;
};

/// Waits for whichever ends first. Its place in `jobs`.
std::list<Job>::iterator wait_for_any(std::list<Job>& jobs)
{
    for (;;) {
        const pid_t ended = ::waitpid(-1, nullptr, 0);
        if (ended == -1 && errno != EINTR) net::fail("wait for a case");
        const auto job = std::ranges::find_if(
            jobs, [ended](const Job& candidate) { return candidate.keeper.id() == ended; });
        if (job != jobs.end()) return job;
    }
}

} // namespace

std::string list_cases(const Setting& setting)
{
    const Errand errand{.command = {setting.tests, "-r", "cases", "~*"},
                        .environment = {},
                        .scratch = setting.scratch,
                        .patience = setting.patience,
                        .limits = setting.limits,
                        .walls = {}};
    std::list<Job> jobs;
    jobs.push_back({0, {}, Keeper(errand), {}});
    const Ending ending = wait_for_any(jobs)->keeper.ending();
    if (ending.end != End::exited || ending.status != 0)
        throw net::Error("list the cases of " + setting.tests + ": " + ending.err);
    return ending.out;
}

std::vector<Result> run(const std::vector<Case>& cases, const std::vector<Program>& programs,
                        const Setting& setting, const std::function<void(const Result&)>& tell)
{
    std::vector<std::optional<Result>> results(cases.size());
    std::list<Job> jobs;
    std::size_t next = 0;
    std::size_t told = 0;
    while (told < cases.size()) {
        while (next < cases.size() && jobs.size() < setting.jobs) {
            const auto scratch = setting.scratch / std::to_string(next);
            std::filesystem::create_directory(scratch);
            const Errand errand{.command = {setting.tests, specification(cases[next].name), "-r",
                                            "failures", "-w", "NoTests"},
                                .environment = environment(programs, setting, scratch),
                                .scratch = scratch,
                                .patience = setting.patience,
                                .limits = setting.limits,
                                .walls = setting.walls};
            jobs.push_back({next++, scratch, Keeper(errand), Clock::now()});
        }
        const auto job = wait_for_any(jobs);
        Result& result = results[job->number].emplace(
            judge(cases[job->number], job->keeper.ending(), setting.patience));
        result.time = std::chrono::round<std::chrono::milliseconds>(Clock::now() - job->start);
        std::error_code ignored;
        std::filesystem::remove_all(job->scratch, ignored);
        jobs.erase(job);
        for (; told < cases.size() && results[told]; ++told)
            tell(*results[told]);
    }
    std::vector<Result> all;
    for (auto& result : results)
        all.push_back(std::move(*result));
    return all;
}

Result judge(const Case& test, const Ending& ending, std::chrono::seconds patience)
{
    Result result{
        .test = test, .verdict = Verdict::failed, .reason = ending.out, .record = ending.record};
    switch (ending.end) {
    case End::exited: {
        const std::string skipped = lines_with(ending.out + ending.err, "skipped");
        if (ending.status == 0)
            result.verdict = skipped.empty() ? Verdict::passed : Verdict::skipped;
        if (ending.status == 0) result.reason = skipped;
        break;
    }
    case End::killed:
        result.reason += std::string("the test was ended by a signal: ") +
                         ::strsignal(ending.status) + '\n' + ending.err;
        break;
    case End::too_late:
        result.reason += "not through after " + std::to_string(patience.count()) + " s\n";
        break;
    case End::too_many: result.reason += "too many processes were started\n"; break;
    case End::too_large: result.reason += "a process took too much memory\n"; break;
    case End::no_box: throw net::Error("try '" + test.name + "': " + ending.err);
    }
    return result;
}

} // namespace score
