// UTF-8 (RFC 3629): validity and character boundaries.
#pragma once

#include <cstddef>
#include <string_view>

namespace net {

/// Whether all bytes are below 128.
[[nodiscard]] bool is_ascii(std::string_view text);

/// Whether `text` is well-formed: no stray or missing bytes, no overlong forms, no surrogates.
[[nodiscard]] bool is_utf8(std::string_view text);

/// Size of the first character; 1 for a byte that begins none, 0 for empty text.
[[nodiscard]] std::size_t character_size(std::string_view text);

/// Size of a character that begins with this byte; 0 when none does.
[[nodiscard]] std::size_t announced_size(char first);

/// Whether a byte is a further one of a character, 10xxxxxx.
[[nodiscard]] bool is_continuation(char byte);

} // namespace net
