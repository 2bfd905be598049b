// Builds JSON text (RFC 8259) from its parts.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace net {

/// A quoted string. Bytes that are not UTF-8 stay unchanged.
[[nodiscard]] std::string json_string(std::string_view text);
/// An object of members whose values are JSON already, on one line.
using JsonMembers = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] std::string json_object(const JsonMembers& members);
/// An array of values that are JSON already.
[[nodiscard]] std::string json_array(const std::vector<std::string>& values);

} // namespace net
