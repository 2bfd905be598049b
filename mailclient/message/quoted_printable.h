// Quoted-printable (RFC 2045 §6.7): text that stays legible where only ASCII in short lines passes.
#pragma once

#include <string>
#include <string_view>

namespace mail {

/// `text` with CRLF as its line ends; lines of at most 76 characters. What is no such line end, a
/// bare CR or LF, a NUL, is encoded, and so are blanks at a line's end and what a relay may change
/// (a line that begins "From " or with a dot).
[[nodiscard]] std::string quoted_printable(std::string_view text);

} // namespace mail
