// Text from outside made safe for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace net {

/// The same text with what could command a terminal shown as \xHH: control characters of ASCII but
/// tab and line end, those of Unicode (U+0080 to U+009F), and bytes that are no UTF-8. A character
/// cut off at the end counts as such.
[[nodiscard]] std::string printable(std::string_view text);

/// The same in one line: tabs and line ends as \xHH, too.
[[nodiscard]] std::string printable_line(std::string_view text);

/// How many of the text's last bytes (at most 3) are the start of a character that is not all there
/// yet: to be kept back until more comes.
[[nodiscard]] std::size_t unfinished(std::string_view text);

} // namespace net
