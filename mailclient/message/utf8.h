// UTF-8 (RFC 3629), as far as a mail program cares: whether it is, and where characters begin.
#pragma once

#include <cstddef>
#include <string_view>

namespace mail {

/// All bytes below 128.
[[nodiscard]] bool is_ascii(std::string_view text);

/// Well-formed: no stray or missing bytes, nothing overlong, no surrogates.
[[nodiscard]] bool is_utf8(std::string_view text);

/// The size of the character that `text` begins with; 1 for a byte that begins none.
[[nodiscard]] std::size_t character_size(std::string_view text);

} // namespace mail
