// Builds JSON text (RFC 8259) from its parts.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace net {

/// A quoted string in UTF-8 (RFC 8259 §8.1). Each byte of `text` that is not UTF-8 becomes U+FFFD.
[[nodiscard]] std::string json_string(std::string_view text);
/// An object of members whose values are JSON already, on one line.
using JsonMembers = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] std::string json_object(const JsonMembers& members);
/// An array of values that are JSON already.
[[nodiscard]] std::string json_array(const std::vector<std::string>& values);

} // namespace net
