// Formats and parses HTTP dates (RFC 9110 §5.6.7): always GMT, independent of locale and time zone.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace http {

/// The current time, rounded down to seconds as in HTTP dates.
[[nodiscard]] inline std::chrono::sys_seconds now()
{
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate), for years 0 to 9999.
[[nodiscard]] std::string format_date(std::chrono::sys_seconds time);

/// Parses that form and the two obsolete ones that a recipient must accept: "Sunday, 06-Nov-94
/// 08:49:37 GMT" (RFC 850) and "Sun Nov  6 08:49:37 1994" (asctime). Nullopt for any other text and
/// for a date that does not exist. The weekday must be a valid name but need not match the date. A
/// date with a two-digit year more than 50 years after `today` is put in the century before.
[[nodiscard]] std::optional<std::chrono::sys_seconds>
parse_date(std::string_view text, std::chrono::sys_seconds today = now());

} // namespace http
