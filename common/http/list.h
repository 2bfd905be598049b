// Lists and parameters in field values (RFC 9110 §5.6): commas inside quoted strings separate
// nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace http {

/// The members of a list without the blanks around them, empty ones left out (§5.6.1.2). A quoted
/// string that never ends lasts to the end.
[[nodiscard]] std::vector<std::string_view> list_members(std::string_view list);

/// What a quoted string stands for (§5.6.4); text that is none is itself.
[[nodiscard]] std::string unquoted(std::string_view text);

} // namespace http
