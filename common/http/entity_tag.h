// Entity tags and their comparison (RFC 9110 §8.8.3).
#pragma once

#include <string_view>

namespace http {

enum class TagComparison { strong, weak };

/// Whether a tag is strong: "a", not W/"a".
[[nodiscard]] bool is_strong_tag(std::string_view tag);

/// Compares two tags (§8.8.3.2): strongly, both are strong and the same; weakly, they are the same
/// without their W/.
[[nodiscard]] bool same_tag(std::string_view a, std::string_view b, TagComparison comparison);

/// Whether the value of an If-Match or If-None-Match field names `tag`, or is "*". Tags have no
/// escapes. Tags without quotes, which some origins send, are the same if their texts are.
[[nodiscard]] bool contains_tag(std::string_view list, std::string_view tag,
                                TagComparison comparison);

} // namespace http
