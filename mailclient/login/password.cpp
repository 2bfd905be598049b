#include "mailclient/login/password.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <optional>

#include "common/file_descriptor.h"
#include "common/signals.h"
#include "common/text/printable.h"
#include "mailclient/failure.h"
#include "mailclient/login/netrc.h"
#include "mailclient/message/input.h"

namespace mail {
namespace {

constexpr const char* variable = "MAILCLIENT_PASSWORD";

/// Disables terminal echo during its lifetime.
class EchoOff {
public:
    explicit EchoOff(int terminal) : terminal_(terminal)
    {
        if (::tcgetattr(terminal_, &saved_) == -1) net::fail("read the terminal's settings");
        termios silent = saved_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(terminal_, TCSAFLUSH, &silent);
    }
    ~EchoOff() { ::tcsetattr(terminal_, TCSAFLUSH, &saved_); }
    EchoOff(const EchoOff&) = delete;
    EchoOff& operator=(const EchoOff&) = delete;

private:
    int terminal_;
    termios saved_{};
};

void write_to(const net::FileDescriptor& terminal, const std::string& text)
{
    if (::write(terminal.get(), text.data(), text.size()) == -1) net::fail("write to the terminal");
}

/// Reads the output of the child; returns its status as of wait(2).
int read_output_of(pid_t child, const net::FileDescriptor& pipe, std::string& output)
{
    std::array<char, 4096> piece{};
    for (ssize_t count = 0; (count = ::read(pipe.get(), piece.data(), piece.size())) > 0;)
        output.append(piece.data(), static_cast<std::size_t>(count));
    int status = 0;
    while (::waitpid(child, &status, 0) == -1)
        if (errno != EINTR) net::fail("wait for a command");
    return status;
}

/// Runs `sh -c command`, with its standard output into `output`; returns the status of wait(2).
int run_shell(const std::string& command, std::string& output)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) == -1) net::fail("create a pipe");
    const net::FileDescriptor reading(ends[0]);
    net::FileDescriptor writing(ends[1]);
    std::string shell = "sh";
    std::string dash_c = "-c";
    std::string text = command;
    std::array<char*, 4> arguments{shell.data(), dash_c.data(), text.data(), nullptr};

    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, writing.get(), STDOUT_FILENO);
    posix_spawnattr_t attributes{};
    ::posix_spawnattr_init(&attributes);
    sigset_t defaults{}; // this program ignores SIGPIPE, a pipeline in the command must not
    ::sigemptyset(&defaults);
    ::sigaddset(&defaults, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attributes, &defaults);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    pid_t child = -1;
    const int problem =
        ::posix_spawn(&child, "/bin/sh", &actions, &attributes, arguments.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (problem != 0) net::fail("run /bin/sh", problem);
    writing = {}; // else read() would never see the end of the output
    return read_output_of(child, reading, output);
}

/// One line of input, typed without echo.
struct TypedLine {
    std::string line{};
    bool is_complete = false; // ended by a newline, not by the end of the input
    int signal = 0;           // received meanwhile; raised after the terminal is restored
};

TypedLine read_without_echo(const net::FileDescriptor& terminal)
{
    net::SignalWaiter signals({SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP});
    const EchoOff echo_off(terminal.get());
    TypedLine typed;
    for (char c = 0;;) {
        typed.signal = signals.wait(terminal.get(), net::Deadline::never());
        if (typed.signal != 0 || ::read(terminal.get(), &c, 1) != 1) return typed;
        typed.is_complete = c == '\n';
        if (typed.is_complete) return typed;
        typed.line += c;
    }
}

/// Asks until a line or the end of the input; empty without a password.
std::string prompt_for_password(const Account& account, const net::FileDescriptor& terminal)
{
    for (;;) {
        write_to(terminal, "password for " + net::printable_line(account.user) + " at " +
                               account.host + ": ");
        TypedLine typed = read_without_echo(terminal);
        write_to(terminal, "\n");
        if (typed.signal == 0) return typed.is_complete ? typed.line : "";
        if (::raise(typed.signal) != 0) net::fail("raise a signal"); // after SIGTSTP: ask again
    }
}

std::optional<std::string> password_in_netrc(const Account& account)
{
    const char* home = std::getenv("HOME");
    if (home == nullptr) return std::nullopt;
    const std::string path = std::string(home) + "/.netrc";
    struct stat status {};
    if (::access(path.c_str(), R_OK) == -1 || ::stat(path.c_str(), &status) == -1)
        return std::nullopt;
    auto password = netrc_password(read_all(path), account.host, account.user);
    constexpr mode_t of_others = S_IRWXG | S_IRWXO;
    if (password && (status.st_mode & of_others) != 0)
        throw Failure(Exit::no_login, "read the password from " + path +
                                          ": other users may access the file (chmod 600 it)");
    return password;
}

} // namespace

void disable_core_dumps_and_tracing()
{
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0);
}

std::string secret_from_command(const std::string& command, const std::string& option)
{
    const auto fail = [&](const std::string& why) {
        throw Failure(Exit::no_login,
                      "run " + option + " '" + net::printable_line(command) + "': " + why);
    };
    std::string output;
    const int status = run_shell(command, output);
    if (status != 0) fail("the command failed");
    output.resize(std::min(output.find_first_of("\r\n"), output.size()));
    if (output.empty()) fail("the command printed nothing");
    return output;
}

std::string find_password(const Account& account)
{
    if (const char* password = std::getenv(variable); password != nullptr && *password != '\0')
        return password;
    if (auto password = password_in_netrc(account)) return *password;

    const net::FileDescriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
    std::string typed = terminal ? prompt_for_password(account, terminal) : "";
    if (!typed.empty()) return typed;
    throw Failure(Exit::no_login, "log in as " + net::printable_line(account.user) + " to " +
                                      account.host +
                                      ": no password is available (use --password-command, $" +
                                      variable + " or ~/.netrc)");
}

} // namespace mail
