#include "tests/grade/peers/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "common/error.h"
#include "common/tcp_listener.h"
#include "tests/grade/peers/command.h"
#include "tests/grade/peers/name_server.h"
#include "tests/grade/peers/record.h"
#include "tests/grade/peers/submission.h"

namespace grade {
namespace {

int exit_status(const siginfo_t& info)
{
    constexpr int signalled = 128;
    return info.si_code == CLD_EXITED ? info.si_status : signalled + info.si_status;
}

/// In the child: becomes the program.
[[noreturn]] void become(const std::vector<char*>& argv, const std::string& folder,
                         const Confinement& confinement, const std::string& out,
                         const std::string& err)
{
    ::setpgid(0, 0);
    for (const int number : {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGPIPE}) // however we were started
        if (::signal(number, SIG_DFL) == SIG_ERR) ::_exit(1);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL); // nothing survives a test that crashes
    const int input = ::open("/dev/null", O_RDONLY);
    const int output = ::open(out.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const int errors = ::open(err.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(input, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(errors, STDERR_FILENO);
    if (const char* wire = std::getenv("GRADE_WIRE")) ::close(std::stoi(wire)); // the test's
    enter(confinement);
    constexpr int cannot_run = 127;
    if (::chdir(folder.c_str()) == 0) ::execv("/bin/sh", argv.data());
    ::_exit(cannot_run);
}

} // namespace

ScratchFolder::ScratchFolder()
{
    std::string name = (std::filesystem::temp_directory_path() / "grade-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) net::fail("make a scratch folder");
    path_ = name;
}

ScratchFolder::~ScratchFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path ScratchFolder::write(const std::string& name, std::string_view content) const
{
    auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
    return file;
}

Process::Process(const std::string& command, const std::vector<std::string>& arguments,
                 const std::filesystem::path& folder)
{
    std::vector<std::string> words = {"sh", "-c", "exec " + command + " \"$@\"", "sh"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    const std::string where = place(folder);
    std::string told = "started: " + command;
    for (const std::string& argument : arguments)
        told += " " + argument;
    note(told);
    const std::string out = (output_.path() / "out").string();
    const std::string err = (output_.path() / "err").string();

    const Confinement confinement = confinement_for(command, where);
    if (confinement.is_needed) static const NameServer names("127.0.0.1");

    id_ = ::fork();
    if (id_ == -1) net::fail("fork");
    if (id_ == 0) become(argv, where, confinement, out, err);
    ::setpgid(id_, id_); // whichever of the two comes first
    descriptor_ = static_cast<int>(::syscall(SYS_pidfd_open, id_, 0));
    if (descriptor_ == -1) net::fail("open a process's descriptor");
}

std::string Process::place(const std::filesystem::path& folder) const
{
    namespace fs = std::filesystem;
    if (std::getenv("GRADE_STUDENT") == nullptr) return folder.string();
    auto place = folder;
    if (!folder.string().starts_with(fs::temp_directory_path().string())) { // not to be written to
        place = output_.path() / "here";
        if (folder == "/")
            fs::create_directory(place);
        else
            fs::copy(folder, place, fs::copy_options::recursive);
    }
    add_students_files(place.string());
    return place.string();
}

Process::~Process()
{
    is_ended_by_test_ = is_running();
    ::kill(-id_, SIGKILL);
    wait(net::Deadline::never());
    ::close(descriptor_);
}

void Process::signal(int number) const
{
    ::kill(id_, number);
}

bool Process::is_running() const
{
    pollfd ended{descriptor_, POLLIN, 0};
    return !status_ && ::poll(&ended, 1, 0) == 0;
}

std::optional<Outcome> Process::wait(net::Deadline deadline)
{
    using std::chrono::milliseconds;
    if (!status_) {
        const auto patience = std::chrono::ceil<milliseconds>(
            std::min<net::Deadline::Clock::duration>(deadline.remaining(), 24h));
        pollfd ended{descriptor_, POLLIN, 0};
        if (::poll(&ended, 1, static_cast<int>(patience.count())) != 1) return std::nullopt;
        siginfo_t info{};
        if (::waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED) == -1)
            net::fail("wait for a process");
        status_ = exit_status(info);
        note(is_ended_by_test_ ? std::string("the test ends it")
                               : "ended with status " + std::to_string(*status_));
        note_printed("stdout", out());
        note_printed("stderr", err());
    }
    return Outcome{*status_, out(), err()};
}

std::string Process::out() const
{
    return content_of(output_.path() / "out");
}

std::string Process::err() const
{
    return content_of(output_.path() / "err");
}

Outcome run(const std::string& command, const std::vector<std::string>& arguments,
            const std::filesystem::path& folder)
{
    Process process(command, arguments, folder);
    if (auto outcome = process.wait(net::Deadline::in(20s))) return *outcome;
    throw net::Error(command + " did not end within 20 seconds; it printed: " + process.err());
}

bool works(const std::string& command)
{
    const Outcome outcome = run("sh", {"-c", command});
    if (outcome.status != 0)
        std::cerr << "skipped: '" + command + "' does not work here: " + outcome.err + "\n";
    return outcome.status == 0;
}

bool can_run(const std::string& program)
{
    return works("command -v " + program);
}

bool can_have_terminal()
{
    return works("script -qec true /dev/null");
}

bool can_have_namespaces()
{
    return works("unshare -n -m -p -f true && ip -V");
}

std::uint16_t free_port()
{
    return net::TcpListener(0).local().port();
}

std::string content_of(const std::filesystem::path& file)
{
    std::ostringstream content;
    content << std::ifstream(file, std::ios::binary).rdbuf();
    return std::move(content).str();
}

std::string command_of(const char* variable)
{
    const char* command = std::getenv(variable);
    if (command == nullptr || *command == '\0')
        throw net::Error(std::string("set ") + variable + " to the command to test, as make does");
    return command;
}

std::filesystem::path source_folder()
{
    return command_of("SOURCE_FOLDER");
}

} // namespace grade
