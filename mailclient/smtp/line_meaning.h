// An SMTP dialogue explained line by line, for those who see one for the first time.
#pragma once

#include <string>
#include <string_view>

namespace mail {

/// What a client's line ("MAIL FROM:<a@b>") asks, and where it is written; empty for what is no
/// command.
[[nodiscard]] std::string explain_command(std::string_view line);

/// What a server's line ("550 5.1.1 ...", "250-SIZE 1000") says.
[[nodiscard]] std::string explain_reply_line(std::string_view line);

} // namespace mail
