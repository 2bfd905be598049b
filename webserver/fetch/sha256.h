// SHA-256 (FIPS 180-4), for collision-resistant file names.
#pragma once

#include <string>
#include <string_view>

namespace webserver {

/// The digest of `bytes` in 64 hexadecimal digits.
[[nodiscard]] std::string sha256(std::string_view bytes);

} // namespace webserver
