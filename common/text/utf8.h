// UTF-8 (RFC 3629): validity and character boundaries.
#pragma once

#include <cstddef>
#include <string_view>

namespace mail {

/// Whether all bytes are below 128.
[[nodiscard]] bool is_ascii(std::string_view text);

/// Whether `text` is well-formed: no stray or missing bytes, no overlong forms, no surrogates.
[[nodiscard]] bool is_utf8(std::string_view text);

/// Size of the first character; 1 for a byte that begins none, 0 for empty text.
[[nodiscard]] std::size_t character_size(std::string_view text);

} // namespace mail
