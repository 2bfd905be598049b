// Output of whole texts to stdout and stderr, text for amounts and times, and terminal properties.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/deadline.h"

namespace net {

/// Replaces each closed standard descriptor by one that cannot be used in its direction. Otherwise
/// a file or socket opened later would get its number, and with it the printed text.
void hold_standard_descriptors() noexcept;

/// Writes to standard output, unbuffered. Throws Error when that fails (a full disk, a closed
/// pipe), or when the reader of a pipe or terminal stalls until the deadline or until a blocked
/// SIGINT or SIGTERM arrives (signals.h).
void print(std::string_view text, Deadline deadline = Deadline::never());
/// The same for a text of at most PIPE_BUF bytes; the text is lost if the reader has stalled.
/// Returns whether it was written.
[[nodiscard]] bool print_if_read(std::string_view text);
/// Writes to standard error; a failure cannot be reported. Text that a stalled reader does not take
/// by the deadline, or before SIGINT or SIGTERM arrives, is lost. Returns whether all was written.
bool print_diagnostic(std::string_view text, Deadline deadline = Deadline::never()) noexcept;
/// "program: what", as one line on standard error, escaped so that it cannot control a terminal.
void complain(std::string_view program, std::string_view what,
              Deadline deadline = Deadline::never());

/// Time-out for writing the final statistics after a stop was requested.
inline constexpr std::chrono::seconds final_output_timeout{1};

/// "0.045": milliseconds to the microsecond.
[[nodiscard]] std::string milliseconds_text(std::chrono::nanoseconds time);
/// "1 packet", "2 packets".
[[nodiscard]] std::string count_text(std::uint64_t count, std::string_view noun);

/// Whether `descriptor` is a terminal with colours, and NO_COLOR is not set (no-color.org).
[[nodiscard]] bool wants_colour(int descriptor);
/// "[1700000000.123456] ": the Unix time, to begin a line with.
[[nodiscard]] std::string time_prefix();
/// Pads the text with blanks on the left up to `width`.
[[nodiscard]] std::string right_aligned(std::string text, std::size_t width);

/// Properties of standard output.
struct Terminal {
    bool is_there = false; // false for a pipe or a file
    bool coloured = false; // see wants_colour()
    std::size_t width = 80;
};
[[nodiscard]] Terminal find_terminal();

} // namespace net
