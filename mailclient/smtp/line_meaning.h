// Explains an SMTP dialogue line by line, for beginners.
#pragma once

#include <string>
#include <string_view>

namespace mail {

/// Explains a client's line ("MAIL FROM:<a@b>") and names the RFC; empty when it is no command.
[[nodiscard]] std::string explain_command(std::string_view line);

/// Explains a server's line ("550 5.1.1 ...", "250-SIZE 1000"). Only the reply to EHLO offers
/// extensions: `is_offer`.
[[nodiscard]] std::string explain_reply_line(std::string_view line, bool is_offer = false);

} // namespace mail
