// Header fields on their way through the proxy: those of a message that go on, owned, so that some
// can be taken out and others put in.
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

using Fields = std::vector<HeaderField>; // in the order they go

/// Whether a field is for one connection only (RFC 9110 §7.6.1), whatever Connection says.
[[nodiscard]] bool is_hop_by_hop(std::string_view name);

/// The names that the Connection fields list.
[[nodiscard]] std::vector<std::string_view>
named_by_connection(const std::vector<http::Field>& fields);

/// The fields that are for the next hop, too: without those above and those that Connection names.
[[nodiscard]] Fields end_to_end(const std::vector<http::Field>& fields);

/// Those of a chunked body's trailer fields that may come so late (RFC 9110 §6.5.1): none that
/// frames or routes the message, or that decides what is done with it.
[[nodiscard]] Fields forwardable_trailers(const std::vector<http::Field>& trailers);

/// The value of the first field of that name, in any case of letters.
[[nodiscard]] std::optional<std::string_view> find(const Fields& fields, std::string_view name);
/// Takes all fields of that name away.
void remove(Fields& fields, std::string_view name);
/// Now there is one field of that name, at the end.
void set(Fields& fields, std::string_view name, std::string_view value);

/// Appends "Name: value" lines.
void append_lines(std::string& text, const Fields& fields);

} // namespace proxy
