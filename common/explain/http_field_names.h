// What the words of HTTP mean, each with the section that says so: methods, statuses, fields.
#pragma once

#include <optional>
#include <string_view>

namespace http {

struct Meaning {
    std::string_view word;   // as it stands in a message: "GET", "404", "Host"
    std::string_view text;   // what it says, in a few words
    std::string_view source; // "RFC 9110 §9.3.1"
};

/// Methods are told apart by the case of their letters, fields are not (RFC 9110 §9.1, §5.1).
[[nodiscard]] std::optional<Meaning> method_meaning(std::string_view method);
[[nodiscard]] std::optional<Meaning> field_meaning(std::string_view name);

/// For three digits, the first from 1 to 5: the status's own meaning where it is known here, and
/// that of its class, whose word is "4xx".
[[nodiscard]] std::optional<Meaning> status_meaning(std::string_view status);
[[nodiscard]] std::optional<Meaning> status_class_meaning(std::string_view status);

} // namespace http
