// Character classes, case, trimming and splitting of protocol text: ASCII only, in any locale.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace net {

constexpr bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

constexpr bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// NUL to US and DEL, which must never reach a terminal, a log or a header line.
constexpr bool is_control(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

constexpr char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr char to_upper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

inline std::string to_lower(std::string_view text)
{
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) { return to_lower(c); });
    return lower;
}

/// A byte as \xHH.
inline std::string hex_escape(char c)
{
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    return {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
}

/// Escapes quotes, backslashes and all but printable ASCII as \xHH, so that text from a peer can
/// neither forge a quoted string nor control a terminal.
inline std::string escaped(std::string_view text)
{
    const auto is_plain = [](char c) {
        const bool is_ascii = static_cast<unsigned char>(c) < 0x80;
        return is_ascii && !is_control(c) && c != '"' && c != '\\';
    };
    std::string safe;
    for (const char c : text)
        safe += is_plain(c) ? std::string(1, c) : hex_escape(c);
    return safe;
}

constexpr bool contains(std::string_view text, char c)
{
    return text.find(c) != std::string_view::npos;
}

/// Equal except for the case of letters.
constexpr bool equal_ignoring_case(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

/// Removes spaces and tabs at both ends (OWS, RFC 9110 §5.6.3).
constexpr std::string_view trim(std::string_view text)
{
    constexpr std::string_view blanks = " \t";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// The parts between separators, empty ones too: "a,,b" has three, "" has one.
inline std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

} // namespace net
