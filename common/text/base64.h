// Base64 (RFC 4648 §4): whole for a login, in lines for an attachment (RFC 2045 §6.8). And base 16.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace net {

inline constexpr std::size_t bytes_a_line = 57; // 76 characters

[[nodiscard]] std::string base64(std::string_view bytes);

/// With small letters.
[[nodiscard]] std::string base16(std::string_view bytes);

/// Appends `bytes` to `lines` in lines of 76 characters with CRLF. All pieces of an attachment but
/// the last are a multiple of bytes_a_line long.
void append_base64_lines(std::string& lines, std::string_view bytes);

/// How much append_base64_lines() appends in all for so many bytes.
[[nodiscard]] std::uint64_t base64_lines_size(std::uint64_t bytes);

/// Nothing when it is not base64: other characters, wrong padding.
[[nodiscard]] std::optional<std::string> base64_decoded(std::string_view text);

} // namespace net
