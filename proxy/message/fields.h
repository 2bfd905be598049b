// Header fields to forward, as owned strings, so that fields can be removed and added.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"

namespace proxy {

struct HeaderField {
    std::string name;
    std::string value;

    friend bool operator==(const HeaderField&, const HeaderField&) = default;
};

using Fields = std::vector<HeaderField>; // in the order they are sent

/// Whether a field is always hop-by-hop (RFC 9110 §7.6.1), even if Connection does not name it.
[[nodiscard]] bool is_hop_by_hop(std::string_view name);

/// The names listed in the Connection fields.
[[nodiscard]] std::vector<std::string_view>
named_by_connection(const std::vector<http::Field>& fields);

/// The fields to forward: without hop-by-hop fields and those that Connection names.
[[nodiscard]] Fields end_to_end(const std::vector<http::Field>& fields);

/// The trailer fields of a chunked body to forward (RFC 9110 §6.5.1): without fields for framing,
/// routing or handling of the message.
[[nodiscard]] Fields forwardable_trailers(const std::vector<http::Field>& trailers);

/// The value of the first field of this name (case-insensitive).
[[nodiscard]] std::optional<std::string_view> find(const Fields& fields, std::string_view name);
/// Removes all fields of this name.
void remove(Fields& fields, std::string_view name);
/// Replaces all fields of this name by one at the end.
void set(Fields& fields, std::string_view name, std::string_view value);

/// Appends "Name: value" lines.
void append_lines(std::string& text, const Fields& fields);

} // namespace proxy
