#include "mailclient/message/dot_stuffer.h"

namespace mail {

void DotStuffer::write(std::string_view bytes)
{
    if (bytes.empty()) return;
    if (position_ == Position::line_start && bytes.starts_with('.')) {
        sink_(".");
    } else if (position_ == Position::behind_cr && bytes.starts_with("\n.")) {
        sink_("\n.");
        bytes.remove_prefix(1); // the dot is written again
    }
    constexpr std::string_view dotted = "\r\n.";
    for (auto found = bytes.find(dotted); found != std::string_view::npos;
         found = bytes.find(dotted)) {
        sink_(bytes.substr(0, found + dotted.size()));
        bytes.remove_prefix(found + dotted.size() - 1); // the dot is written again
    }
    sink_(bytes);
    if (bytes.ends_with("\r\n") || (position_ == Position::behind_cr && bytes == "\n"))
        position_ = Position::line_start;
    else
        position_ = bytes.ends_with('\r') ? Position::behind_cr : Position::in_line;
}

void DotStuffer::finish()
{
    sink_(position_ == Position::line_start ? ".\r\n" : "\r\n.\r\n");
    position_ = Position::line_start;
}

} // namespace mail
