#include "tests/grader/running_task.h"

#include <fcntl.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <utility>

#include "common/deadline.h"
#include "common/error.h"

namespace score {
namespace {

using namespace std::chrono_literals;

net::FileDescriptor unnamed_file()
{
    net::FileDescriptor file(::memfd_create("grade", MFD_CLOEXEC));
    if (!file) net::fail("create a file in memory");
    return file;
}

/// The last `most` bytes of an open file.
std::string tail_of(int file, off_t most)
{
    const off_t size = std::max<off_t>(::lseek(file, 0, SEEK_END), 0);
    std::string bytes(static_cast<std::size_t>(std::min(size, most)), '\0');
    const ssize_t got =
        ::pread(file, bytes.data(), bytes.size(), size - static_cast<off_t>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return bytes;
}

std::vector<char*> pointers_to(std::vector<std::string>& words)
{
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// Adds our own variables, except those that it sets already.
std::vector<std::string> completed(std::vector<std::string> environment)
{
    const auto given = static_cast<std::ptrdiff_t>(environment.size());
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view ours = *variable;
        const auto name = ours.substr(0, ours.find('=') + 1);
        const bool is_new =
            std::none_of(environment.begin(), environment.begin() + given,
                         [name](const std::string& theirs) { return theirs.starts_with(name); });
        if (is_new) environment.emplace_back(ours);
    }
    return environment;
}

/// In the child: executes the command with this standard output and error.
[[noreturn]] void exec_command(const Task& task, int out, int err, int wire)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setpgid(0, 0);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    std::vector<std::string> command = task.command;
    std::vector<std::string> environment = completed(task.environment);
    if (wire != -1 && ::fcntl(wire, F_SETFD, 0) == 0) // stays open
        environment.push_back("GRADE_WIRE=" + std::to_string(wire));
    try {
        set_limits(task.limits);
        if (::chdir(task.scratch.c_str()) == -1) net::fail("enter the scratch folder");
        ::execvpe(command[0].c_str(), pointers_to(command).data(), pointers_to(environment).data());
        net::fail("run " + command[0]);
    } catch (const net::Error& error) {
        ::dprintf(STDERR_FILENO, "%s\n", error.what());
    }
    constexpr int cannot_run = 127;
    ::_exit(cannot_run);
}

struct ProcessTotals {
    std::size_t processes = 0;
    std::size_t largest = 0; // memory of the largest one, in MiB
};

/// Counts all processes of our process namespace.
ProcessTotals count_processes()
{
    static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    constexpr std::size_t mebibyte = 1024UL * 1024;
    ProcessTotals found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        ++found.processes;
        std::size_t virtual_pages = 0;
        std::size_t pages = 0;
        std::ifstream(entry.path() / "statm") >> virtual_pages >>
            pages; // zeros if the process has ended
        found.largest = std::max(found.largest, pages * page / mebibyte);
    }
    return found;
}

struct ChildStatus {
    TaskEnd end;
    int status;
};

ChildStatus wait_for(pid_t child, const Task& task)
{
    const auto deadline = net::Deadline::in(task.time_limit);
    const net::FileDescriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
    for (;;) {
        int status = 0;
        pid_t ended = 0;
        while ((ended = ::waitpid(-1, &status, WNOHANG)) > 0) { // orphans are our children, too
            if (ended != child) continue;
            if (WIFEXITED(status)) return {TaskEnd::exited, WEXITSTATUS(status)};
            return {TaskEnd::killed, WTERMSIG(status)};
        }
        if (deadline.passed()) return {TaskEnd::too_late, 0};
        if (task.isolation.processes) {
            const ProcessTotals found = count_processes();
            if (found.processes > task.limits.processes) return {TaskEnd::too_many, 0};
            if (task.limits.memory > 0 && found.largest > task.limits.memory)
                return {TaskEnd::too_large, 0};
        }
        constexpr auto tick = 50ms; // between two looks at all processes
        pollfd ended_child{handle.get(), POLLIN, 0};
        ::poll(&ended_child, 1, static_cast<int>(tick.count()));
    }
}

/// Kills all children, then their orphans, which become our children, and so on.
void end_all(const Isolation& isolation)
{
    while (::waitpid(-1, nullptr, WNOHANG) != -1) {
        if (isolation.processes)
            ::kill(-1, SIGKILL); // all processes but the first of the namespace, ourselves
        std::ifstream children("/proc/self/task/" + std::to_string(::getpid()) + "/children");
        for (pid_t child = 0; children >> child;)
            ::kill(child, SIGKILL);
        ::poll(nullptr, 0, 1);
    }
}

void copy_record(const std::filesystem::path& file, int target)
{
    std::ifstream source(file, std::ios::binary);
    constexpr std::streamoff most = 64L * 1024; // far more than is shown
    source.seekg(0, std::ios::end);
    source.seekg(std::max<std::streamoff>(source.tellg() - std::streamoff{most}, 0));
    const std::string text{std::istreambuf_iterator<char>(source), {}};
    if (::write(target, text.data(), text.size()) == -1) net::fail("copy the record");
}

} // namespace

RunningTask::RunningTask(const Task& task)
    : channels_{unnamed_file(), unnamed_file(), unnamed_file(), unnamed_file()}, id_(::fork())
{
    if (id_ == -1) net::fail("fork");
    if (id_ == 0) supervise(task, channels_);
}

RunningTask::~RunningTask()
{
    if (id_ == -1) return;
    ::kill(id_, SIGKILL); // its children die with it (PR_SET_PDEATHSIG)
    ::waitpid(id_, nullptr, 0);
}

RunningTask::RunningTask(RunningTask&& other) noexcept
    : channels_(std::move(other.channels_)), id_(std::exchange(other.id_, -1))
{
}

void RunningTask::supervise(const Task& task, const Channels& channels)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    try {
        enter_namespaces(task.isolation);
        const pid_t inner = ::fork();
        if (inner == -1) net::fail("fork");
        if (inner != 0) { // wait for a child that may be the first process of its namespace
            ::waitpid(inner, nullptr, 0);
            ::_exit(0);
        }
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::prctl(PR_SET_CHILD_SUBREAPER, 1);
        set_up_sandbox(task.isolation, task.limits, task.scratch, task.kept);
        if (task.leads_here) lead_everything_here(task.isolation, task.scratch);
        const net::FileDescriptor wire(task.leads_here && task.isolation.network
                                           ? ::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC,
                                                      htons(ETH_P_IP)) // packet(7)
                                           : -1);
        const pid_t child = ::fork();
        if (child == -1) net::fail("fork");
        if (child == 0) exec_command(task, channels.out.get(), channels.err.get(), wire.get());
        ::prctl(PR_SET_DUMPABLE, 0); // the verdict is out of the task's reach
        const ChildStatus status = wait_for(child, task);
        end_all(task.isolation);
        ::dprintf(channels.result.get(), "%d %d", static_cast<int>(status.end), status.status);
        copy_record(task.scratch / "record", channels.record.get());
    } catch (const std::exception& error) {
        ::dprintf(channels.err.get(), "%s\n", error.what());
    }
    ::_exit(0);
}

TaskResult RunningTask::result()
{
    id_ = -1;
    constexpr off_t most = 1024L * 1024; // of each
    TaskResult result;
    int end = static_cast<int>(TaskEnd::no_sandbox);
    constexpr off_t longest = 32; // more is not what the supervisor writes
    const std::string status_text = tail_of(channels_.result.get(), longest);
    if (std::sscanf(status_text.c_str(), "%d %d", &end, &result.status) == 2)
        result.end = static_cast<TaskEnd>(end);
    result.out = tail_of(channels_.out.get(), most);
    result.err = tail_of(channels_.err.get(), most);
    result.record = tail_of(channels_.record.get(), most);
    return result;
}

} // namespace score
