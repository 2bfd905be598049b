// A message inside DATA (RFC 5321 §4.5.2): dots at the beginning of lines doubled, and the line
// with one dot that ends it.
#pragma once

#include <string_view>

#include "mailclient/message/input.h"

namespace mail {

class DotStuffer {
public:
    explicit DotStuffer(Sink sink) : sink_(std::move(sink)) {}

    /// Lines with CRLF, cut anywhere.
    void write(std::string_view bytes);
    /// The end, behind CRLF in any case.
    void finish();

private:
    /// What the bytes so far end with: only behind CRLF does a dot need another.
    enum class At { line_start, behind_cr, in_line } at_ = At::line_start;
    Sink sink_;
};

} // namespace mail
