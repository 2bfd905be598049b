// Lists and quoted strings in field values (RFC 9110 §5.6). A comma inside a quoted string is no
// separator.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace http {

/// The members of a list, trimmed, without empty ones (§5.6.1.2). An unterminated quoted string
/// extends to the end of the list.
[[nodiscard]] std::vector<std::string_view> list_members(std::string_view list);

/// The content of a quoted string without its escapes (§5.6.4); other text unchanged.
[[nodiscard]] std::string unquoted(std::string_view text);

} // namespace http
