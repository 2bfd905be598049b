// Dates, Message-IDs and random identifiers for new messages.
#pragma once

#include <ctime>
#include <string>
#include <string_view>

namespace mail {

/// "Sun, 22 Nov 2026 12:03:42 +0100": local time with its zone (RFC 5322 §3.3).
[[nodiscard]] std::string date_text(std::time_t moment);

/// `bytes` random bytes from the kernel, in hexadecimal.
[[nodiscard]] std::string random_hex(std::size_t bytes);

/// "<1795348.5f...@example.org>" (RFC 5322 §3.6.4), unique by the time and 80 random bits. A
/// `domain` that is empty or not ASCII is replaced by "mailclient.invalid".
[[nodiscard]] std::string message_id(std::string_view domain);

/// "<id@example.org>" for the same with or without the brackets. Throws Failure (Exit::data) when
/// `text` is no Message-ID.
[[nodiscard]] std::string parse_message_id(std::string_view text);

} // namespace mail
