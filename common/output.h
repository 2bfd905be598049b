// What a program has to say, in whole lines; and how an amount of time is written.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace net {

/// Writes to standard output, at once. An Error when it cannot be: a full disk, a closed pipe.
void print(std::string_view text);
/// Writes to standard error, where nothing can be said about a failure.
void print_diagnostic(std::string_view text) noexcept;

/// "0.045": milliseconds to the microsecond.
[[nodiscard]] std::string milliseconds_text(std::chrono::nanoseconds time);
/// "1 packet", "2 packets".
[[nodiscard]] std::string count_text(std::uint64_t count, std::string_view noun);

/// Whether that is a terminal with colours, and nobody has set NO_COLOR (no-color.org).
[[nodiscard]] bool wants_colour(int descriptor);

/// Standard output as a terminal.
struct Terminal {
    bool is_there = false; // else it is a pipe or a file
    bool coloured = false; // it wants colour
    std::size_t width = 80;
};
[[nodiscard]] Terminal find_terminal();

} // namespace net
