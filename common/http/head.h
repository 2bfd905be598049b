// What the heads of requests and of responses have in common, and the trailers of chunked bodies:
// lines, fields and how they frame the body (RFC 9112 §2.2, §5, §6). For the parsers in here.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "common/http/message.h"

namespace http {

using Fault = std::optional<Malformed>; // nothing: all is well

/// tchar, RFC 9110 §5.6.2
[[nodiscard]] bool is_token_character(char c);
[[nodiscard]] bool is_token(std::string_view text);

/// The line at the start of `bytes`, with its LF; nothing while that has not come.
[[nodiscard]] std::optional<std::string_view> first_line(std::string_view bytes);

/// Takes the line's CRLF off.
[[nodiscard]] Fault end_line(std::string_view& line);

/// A section may have `most` bytes; `name` is for the refusal of more: "The head".
struct SectionLimit {
    std::string_view name;
    std::size_t most;
};
[[nodiscard]] Malformed too_long(const SectionLimit& limit);

/// The field lines of a section that starts with `bytes`, from `begin` on: where the empty line
/// behind them ends.
[[nodiscard]] std::variant<Incomplete, Malformed, std::size_t>
parse_fields(std::string_view bytes, std::size_t begin, const SectionLimit& limit,
             std::vector<Field>& fields);

/// The values of all fields of that name, in any case of letters.
[[nodiscard]] std::vector<std::string_view> values(const std::vector<Field>& fields,
                                                   std::string_view name);

/// RFC 9112 §6.3, without mercy: where two readers could see two ends, smuggling begins (§11.2).
/// Leaves `framing` alone when no field speaks of a body.
[[nodiscard]] Fault find_framing(const std::vector<Field>& fields, int minor_version,
                                 Framing& framing, std::uint64_t& content_length);

/// RFC 9112 §9.3
[[nodiscard]] bool wants_keep_alive(const std::vector<Field>& fields, int minor_version);

} // namespace http
