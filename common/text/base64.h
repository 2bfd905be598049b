// Base64 (RFC 4648 §4): unbroken for a login, in lines for an attachment (RFC 2045 §6.8); base 16.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace net {

inline constexpr std::size_t bytes_a_line = 57; // 76 characters

[[nodiscard]] std::string base64(std::string_view bytes);

/// Hexadecimal digits in lower case.
[[nodiscard]] std::string base16(std::string_view bytes);

/// Appends `bytes` to `lines` in lines of 76 characters with CRLF. All pieces of an attachment but
/// the last must be a multiple of bytes_a_line long.
void append_base64_lines(std::string& lines, std::string_view bytes);

/// The count of characters that append_base64_lines() appends for `bytes` bytes.
[[nodiscard]] std::uint64_t base64_lines_size(std::uint64_t bytes);

/// nullopt when the text is not base64: other characters, wrong padding.
[[nodiscard]] std::optional<std::string> base64_decoded(std::string_view text);

} // namespace net
