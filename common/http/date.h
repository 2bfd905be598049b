// Dates as HTTP writes them (RFC 9110 §5.6.7). Always GMT, whatever the locale and the time zone.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace http {

/// This moment, to the second as dates have it.
[[nodiscard]] inline std::chrono::sys_seconds now()
{
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate), for years 0 to 9999.
[[nodiscard]] std::string format_date(std::chrono::sys_seconds time);

/// The same back, and the two obsolete forms a recipient must still know: "Sunday, 06-Nov-94
/// 08:49:37 GMT" (RFC 850) and "Sun Nov  6 08:49:37 1994" (asctime). Nothing for anything else, a
/// day that no calendar has included. The weekday's name must be one; whether it fits the date is
/// not asked. A two-digit year that would lie more than 50 years after `today` is of the century
/// before.
[[nodiscard]] std::optional<std::chrono::sys_seconds>
parse_date(std::string_view text, std::chrono::sys_seconds today = now());

} // namespace http
