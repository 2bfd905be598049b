// Makes text from outside safe for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace net {

/// Escapes as \xHH the bytes that could control a terminal: ASCII control characters except tab and
/// line end, those of Unicode (U+0080 to U+009F, and those that reorder a line, such as U+202E),
/// and bytes that are not UTF-8, also those of a character cut off at the end.
[[nodiscard]] std::string printable(std::string_view text);

/// The same in one line: tabs and line ends as \xHH, too.
[[nodiscard]] std::string printable_line(std::string_view text);

/// The count of last bytes (at most 3) that begin an incomplete character; the caller keeps them
/// until more bytes arrive.
[[nodiscard]] std::size_t incomplete_suffix(std::string_view text);

} // namespace net
