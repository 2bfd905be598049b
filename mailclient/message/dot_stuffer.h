// Encodes a message for DATA (RFC 5321 §4.5.2): doubles dots at the start of lines and adds the
// final line with one dot.
#pragma once

#include <string_view>

#include "mailclient/message/input.h"

namespace mail {

class DotStuffer {
public:
    explicit DotStuffer(Sink sink) : sink_(std::move(sink)) {}

    /// Text with CRLF line ends; a piece may end anywhere.
    void write(std::string_view bytes);
    /// Writes the final dot line, after a CRLF if the last line has none.
    void finish();

private:
    /// The end of the bytes written so far: a dot is doubled only after CRLF.
    enum class Position { line_start, behind_cr, in_line } position_ = Position::line_start;
    Sink sink_;
};

} // namespace mail
