#include "common/program/output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <csignal>
#include <cstdlib>

#include "common/error.h"
#include "common/file_descriptor.h"
#include "common/text/decimal.h"
#include "common/text/printable.h"

namespace net {
namespace {

constexpr std::size_t max_write = PIPE_BUF; // fits into any pipe that poll reports writable

/// Whether a write returns at once, perhaps with an error: a closed standard descriptor may have
/// been replaced by a read-only one (hold_standard_descriptors()).
bool takes_some(int descriptor)
{
    pollfd output{descriptor, POLLOUT, 0};
    return ::poll(&output, 1, 0) == 1 || (::fcntl(descriptor, F_GETFL) & O_ACCMODE) == O_RDONLY;
}

/// Waits until the reader takes bytes; false when SIGINT, SIGTERM or the deadline ends the wait.
/// The signal stays pending.
bool wait_for_reader(int descriptor, Deadline deadline) noexcept
{
    if (takes_some(descriptor)) return true;
    sigset_t ends;
    ::sigemptyset(&ends);
    for (const int number : {SIGINT, SIGTERM}) {
        struct sigaction action {};
        if (::sigaction(number, nullptr, &action) == 0 && action.sa_handler != SIG_IGN)
            ::sigaddset(&ends, number); // an ignored signal can be pending, too
    }
    const FileDescriptor pending(::signalfd(-1, &ends, SFD_CLOEXEC));
    std::array<pollfd, 2> waiting{{{descriptor, POLLOUT, 0}, {pending.get(), POLLIN, 0}}};
    ::poll(waiting.data(), waiting.size(), deadline.poll_timeout());
    return waiting[0].revents != 0;
}

} // namespace

void hold_standard_descriptors() noexcept
{
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        const int unusable_mode = descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        const bool is_closed = ::fcntl(descriptor, F_GETFD) == -1;
        if (is_closed && ::open("/dev/null", unusable_mode) == -1) return; // uses the lowest number
    }
}

void print(std::string_view text, Deadline deadline)
{
    while (!text.empty()) {
        if (!wait_for_reader(STDOUT_FILENO, deadline))
            throw Error("write to standard output: its reader has stalled");
        const ssize_t count = ::write(STDOUT_FILENO, text.data(), std::min(text.size(), max_write));
        if (count == -1) fail("write to standard output");
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

bool print_if_read(std::string_view text)
{
    if (!takes_some(STDOUT_FILENO)) return false;
    print(text);
    return true;
}

bool print_diagnostic(std::string_view text, Deadline deadline) noexcept
{
    while (!text.empty()) {
        if (!wait_for_reader(STDERR_FILENO, deadline)) return false;
        const ssize_t count = ::write(STDERR_FILENO, text.data(), std::min(text.size(), max_write));
        if (count == -1) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

void complain(std::string_view program, std::string_view what, Deadline deadline)
{
    print_diagnostic(printable_line(std::string(program) + ": " + std::string(what)) + "\n",
                     deadline);
}

std::string milliseconds_text(std::chrono::nanoseconds time)
{
    return decimal(std::chrono::duration<double, std::milli>(time).count(), 3);
}

std::string count_text(std::uint64_t count, std::string_view noun)
{
    return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

bool wants_colour(int descriptor)
{
    const char* no_color = std::getenv("NO_COLOR"); // no-color.org: set and not empty
    const char* terminal = std::getenv("TERM");
    return ::isatty(descriptor) == 1 && (no_color == nullptr || *no_color == '\0') &&
           (terminal == nullptr || std::string_view(terminal) != "dumb");
}

std::string time_prefix()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return "[" + decimal(std::chrono::duration<double>(now).count(), 6) + "] ";
}

std::string right_aligned(std::string text, std::size_t width)
{
    text.insert(0, text.size() < width ? width - text.size() : 0, ' ');
    return text;
}

Terminal find_terminal()
{
    Terminal terminal;
    terminal.is_there = ::isatty(STDOUT_FILENO) == 1;
    terminal.coloured = wants_colour(STDOUT_FILENO);
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        terminal.width = size.ws_col;
    return terminal;
}

} // namespace net
