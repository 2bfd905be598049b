// Quoted-printable (RFC 2045 §6.7): mostly legible text in short lines of ASCII.
#pragma once

#include <string>
#include <string_view>

namespace mail {

/// Encodes `text`, which has CRLF line ends, in lines of at most 76 characters. Bare CR or LF, NUL,
/// blanks at line ends and text that a relay may change ("From " or a dot at the start of a line)
/// are encoded.
[[nodiscard]] std::string quoted_printable(std::string_view text);

} // namespace mail
