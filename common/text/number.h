// Numbers as protocols write them: digits, without a sign or blanks.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>

namespace net {

/// All of `text` as a number in `base`; nullopt when it is empty, has a character that is no digit,
/// or the number does not fit.
template <std::unsigned_integral Number = std::uint64_t>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text, int base = 10)
{
    Number number{};
    const auto [end, status] = std::from_chars(text.begin(), text.end(), number, base);
    if (status != std::errc() || end != text.end()) return std::nullopt;
    return number;
}

/// The same, but a number that does not fit becomes the largest one, as some RFCs allow or require
/// (RFC 9111 §1.2.2).
[[nodiscard]] inline std::optional<std::uint64_t> parse_capped(std::string_view text)
{
    std::uint64_t number{};
    const auto [end, status] = std::from_chars(text.begin(), text.end(), number);
    if (status == std::errc::invalid_argument || end != text.end()) return std::nullopt;
    return status == std::errc() ? number : std::numeric_limits<std::uint64_t>::max();
}

} // namespace net
