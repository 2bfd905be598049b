// Parsing shared by request heads, response heads and the trailers of chunked bodies: lines, fields
// and the framing of the body (RFC 9112 §2.2, §5, §6). Internal to the parsers in this directory.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "common/http/message.h"

namespace http {

using Fault = std::optional<Malformed>; // nullopt: no fault

/// tchar, RFC 9110 §5.6.2
[[nodiscard]] bool is_token_character(char c);

/// The line at the start of `bytes`, with its LF; nullopt while there is no LF.
[[nodiscard]] std::optional<std::string_view> first_line(std::string_view bytes);

/// Removes the CRLF from a line that ends with LF; a fault if the CR is missing or inside.
[[nodiscard]] Fault end_line(std::string_view& line);

/// A section's limit of `most` bytes; `name` is its name in the error message: "The head".
struct SectionLimit {
    std::string_view name;
    std::size_t most;
};
[[nodiscard]] Malformed too_long(const SectionLimit& limit);

/// Parses field lines from bytes[begin] on; the section (and its limit) starts at bytes[0]. Returns
/// the offset after the empty line that ends them.
[[nodiscard]] std::variant<Incomplete, Malformed, std::size_t>
parse_fields(std::string_view bytes, std::size_t begin, const SectionLimit& limit,
             std::vector<Field>& fields);

/// The values of all fields of that name; the name's case is ignored.
[[nodiscard]] std::vector<std::string_view> values(const std::vector<Field>& fields,
                                                   std::string_view name);

/// The body's framing by RFC 9112 §6.3. Rejects every ambiguous length, as two recipients that see
/// two different ends allow request smuggling (§11.2). Leaves `framing` unchanged when no field
/// gives a length.
[[nodiscard]] Fault find_framing(const std::vector<Field>& fields, int minor_version,
                                 Framing& framing, std::uint64_t& content_length);

/// Whether the connection persists after this message (RFC 9112 §9.3).
[[nodiscard]] bool is_persistent(const std::vector<Field>& fields, int minor_version);

} // namespace http
