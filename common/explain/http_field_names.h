// A dictionary of HTTP's methods, status codes and fields, each with the defining RFC section.
#pragma once

#include <optional>
#include <string_view>

namespace http {

struct Meaning {
    std::string_view word;   // as in a message: "GET", "404", "Host"
    std::string_view text;   // a short explanation
    std::string_view source; // "RFC 9110 §9.3.1"
};

/// Nullopt if unknown. Method names are case-sensitive, field names are not (RFC 9110 §9.1, §5.1).
[[nodiscard]] std::optional<Meaning> method_meaning(std::string_view method);
[[nodiscard]] std::optional<Meaning> field_meaning(std::string_view name);

/// The meaning of a three-digit status itself and of its class (word "4xx"); nullopt if unknown.
/// The class is known for a first digit from 1 to 5.
[[nodiscard]] std::optional<Meaning> status_meaning(std::string_view status);
[[nodiscard]] std::optional<Meaning> status_class_meaning(std::string_view status);

} // namespace http
