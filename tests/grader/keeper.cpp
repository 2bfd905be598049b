#include "tests/grader/keeper.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
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
    if (!file) net::fail("make a file in memory");
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

/// With our own variables, but for those that are in it already.
std::vector<std::string> completed(std::vector<std::string> environment)
{
    const auto its_own = static_cast<std::ptrdiff_t>(environment.size());
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view ours = *variable;
        const auto name = ours.substr(0, ours.find('=') + 1);
        const bool is_new =
            std::none_of(environment.begin(), environment.begin() + its_own,
                         [name](const std::string& theirs) { return theirs.starts_with(name); });
        if (is_new) environment.emplace_back(ours);
    }
    return environment;
}

/// In the child: becomes the command, with these as its standard output and error.
[[noreturn]] void become(const Errand& errand, int out, int err)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setpgid(0, 0);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    std::vector<std::string> command = errand.command;
    std::vector<std::string> environment = completed(errand.environment);
    try {
        set_limits(errand.limits);
        if (::chdir(errand.scratch.c_str()) == -1) net::fail("enter the scratch folder");
        ::execvpe(command[0].c_str(), pointers_to(command).data(), pointers_to(environment).data());
        net::fail("run " + command[0]);
    } catch (const net::Error& error) {
        ::dprintf(STDERR_FILENO, "%s\n", error.what());
    }
    constexpr int cannot_run = 127;
    ::_exit(cannot_run);
}

struct Survey {
    std::size_t processes = 0;
    std::size_t largest = 0; // MiB of memory that one of them occupies
};

/// Looks at all processes where we are the first.
Survey survey()
{
    static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    constexpr std::size_t mebibyte = 1024UL * 1024;
    Survey found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        ++found.processes;
        std::size_t virtual_pages = 0;
        std::size_t pages = 0;
        std::ifstream(entry.path() / "statm") >> virtual_pages >> pages; // zeros if it has ended
        found.largest = std::max(found.largest, pages * page / mebibyte);
    }
    return found;
}

struct Fate {
    End end;
    int status;
};

Fate wait_for(pid_t child, const Errand& errand)
{
    const auto deadline = net::Deadline::in(errand.patience);
    for (;;) {
        int status = 0;
        pid_t ended = 0;
        while ((ended = ::waitpid(-1, &status, WNOHANG)) > 0) { // orphans are ours, too
            if (ended != child) continue;
            if (WIFEXITED(status)) return {End::exited, WEXITSTATUS(status)};
            return {End::killed, WTERMSIG(status)};
        }
        if (deadline.passed()) return {End::too_late, 0};
        if (errand.walls.processes) {
            const Survey found = survey();
            if (found.processes > errand.limits.processes) return {End::too_many, 0};
            if (errand.limits.memory > 0 && found.largest > errand.limits.memory)
                return {End::too_large, 0};
        }
        constexpr auto tick = 10ms;
        ::poll(nullptr, 0, static_cast<int>(tick.count()));
    }
}

/// Kills all children, then theirs, which have become ours, and so on.
void end_all(const Walls& walls)
{
    while (::waitpid(-1, nullptr, WNOHANG) != -1) {
        if (walls.processes) ::kill(-1, SIGKILL); // everybody but us, the first process here
        std::ifstream children("/proc/self/task/" + std::to_string(::getpid()) + "/children");
        for (pid_t child = 0; children >> child;)
            ::kill(child, SIGKILL);
        ::poll(nullptr, 0, 1);
    }
}

void copy_record(const std::filesystem::path& file, int target)
{
    std::ifstream source(file, std::ios::binary);
    constexpr std::streamoff most = 64L * 1024; // many times what a reader reads
    source.seekg(0, std::ios::end);
    source.seekg(std::max<std::streamoff>(source.tellg() - std::streamoff{most}, 0));
    const std::string text{std::istreambuf_iterator<char>(source), {}};
    if (::write(target, text.data(), text.size()) == -1) net::fail("copy the record");
}

} // namespace

Keeper::Keeper(const Errand& errand)
    : channels_{unnamed_file(), unnamed_file(), unnamed_file(), unnamed_file()}, id_(::fork())
{
    if (id_ == -1) net::fail("fork");
    if (id_ == 0) keep(errand, channels_);
}

Keeper::~Keeper()
{
    if (id_ == -1) return;
    ::kill(id_, SIGKILL); // what it has started is bound to die with it
    ::waitpid(id_, nullptr, 0);
}

Keeper::Keeper(Keeper&& other) noexcept
    : channels_(std::move(other.channels_)), id_(std::exchange(other.id_, -1))
{
}

void Keeper::keep(const Errand& errand, const Channels& channels)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    try {
        leave_namespaces(errand.walls);
        const pid_t inner = ::fork();
        if (inner == -1) net::fail("fork");
        if (inner != 0) { // wait for a child that may be the first process of its namespace
            ::waitpid(inner, nullptr, 0);
            ::_exit(0);
        }
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::prctl(PR_SET_CHILD_SUBREAPER, 1);
        furnish(errand.walls, errand.limits, errand.scratch);
        const pid_t child = ::fork();
        if (child == -1) net::fail("fork");
        if (child == 0) become(errand, channels.out.get(), channels.err.get());
        const Fate fate = wait_for(child, errand);
        end_all(errand.walls);
        ::dprintf(channels.ending.get(), "%d %d", static_cast<int>(fate.end), fate.status);
        copy_record(errand.scratch / "record", channels.record.get());
    } catch (const std::exception& error) {
        ::dprintf(channels.err.get(), "%s\n", error.what());
    }
    ::_exit(0);
}

Ending Keeper::ending()
{
    id_ = -1;
    constexpr off_t most = 1024L * 1024; // of each
    Ending ending;
    int end = static_cast<int>(End::no_box);
    const std::string fate = tail_of(channels_.ending.get(), most);
    if (std::sscanf(fate.c_str(), "%d %d", &end, &ending.status) == 2)
        ending.end = static_cast<End>(end);
    ending.out = tail_of(channels_.out.get(), most);
    ending.err = tail_of(channels_.err.get(), most);
    ending.record = tail_of(channels_.record.get(), most);
    return ending;
}

} // namespace score
