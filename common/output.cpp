#include "common/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "common/decimal.h"
#include "common/error.h"

namespace net {

void print(std::string_view text)
{
    while (!text.empty()) {
        const ssize_t count = ::write(STDOUT_FILENO, text.data(), text.size());
        if (count == -1) fail("write to standard output");
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

void print_diagnostic(std::string_view text) noexcept
{
    const ssize_t count = ::write(STDERR_FILENO, text.data(), text.size());
    static_cast<void>(count);
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
