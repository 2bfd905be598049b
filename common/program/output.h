// What a program has to say, in whole lines; and how an amount of time is written.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/deadline.h"

namespace net {

/// Where standard input, output or error is closed, puts there what can neither be read nor
/// written: no file or socket that is opened later gets its number, and with it what is printed.
void hold_standard_descriptors() noexcept;

/// Writes to standard output, at once. An Error when it cannot be: a full disk, a closed pipe; or
/// when it is a pipe or a terminal whose reader has stalled, by the deadline or when SIGINT or
/// SIGTERM comes and is held back (signals.h).
void print(std::string_view text, Deadline deadline = Deadline::never());
/// The same for a text of at most PIPE_BUF bytes, unless the reader has stalled: then it is lost.
/// Whether it was written.
[[nodiscard]] bool print_if_read(std::string_view text);
/// Writes to standard error, where nothing can be said about a failure. What a stalled reader does
/// not take by the deadline, or before SIGINT or SIGTERM comes, is lost. Whether all was taken.
bool print_diagnostic(std::string_view text, Deadline deadline = Deadline::never()) noexcept;
/// "program: what", in one line on standard error that cannot command a terminal, whatever is in
/// it.
void complain(std::string_view program, std::string_view what,
              Deadline deadline = Deadline::never());

/// How long the figures at the end wait for their reader when somebody has asked for the end.
inline constexpr std::chrono::seconds last_words{1};

/// "0.045": milliseconds to the microsecond.
[[nodiscard]] std::string milliseconds_text(std::chrono::nanoseconds time);
/// "1 packet", "2 packets".
[[nodiscard]] std::string count_text(std::uint64_t count, std::string_view noun);

/// Whether that is a terminal with colours, and nobody has set NO_COLOR (no-color.org).
[[nodiscard]] bool wants_colour(int descriptor);
/// "[1700000000.123456] ": the time of day, to begin a line with.
[[nodiscard]] std::string time_prefix();
/// Blanks before the text up to that width.
[[nodiscard]] std::string right_aligned(std::string text, std::size_t width);

/// Standard output as a terminal.
struct Terminal {
    bool is_there = false; // else it is a pipe or a file
    bool coloured = false; // it wants colour
    std::size_t width = 80;
};
[[nodiscard]] Terminal find_terminal();

} // namespace net
