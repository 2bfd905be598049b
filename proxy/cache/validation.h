// Conditional requests (RFC 9111 §4.3, RFC 9110 §13): validates stored responses with the origin,
// applies its 304, and evaluates the conditions of clients.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "common/http/message.h"
#include "proxy/cache/storability.h"
#include "proxy/cache/stored_head.h"

namespace proxy {

using FieldLines = std::vector<std::pair<std::string, std::string>>;

/// The condition fields that validate a stored response: its entity tag, with the client's own
/// tags, and its Last-Modified. Empty when it has no validator.
[[nodiscard]] FieldLines validating_fields(const StoredHead& stored,
                                           const std::vector<http::Field>& request);

/// Whether a field of a client's request is a condition, which the proxy replaces by its own.
[[nodiscard]] bool is_condition(std::string_view name);

/// Whether a 304 is about this stored response (§4.3.4): its validators match. A 304 without
/// validators matches only if the client's `request` added no tags of its own.
[[nodiscard]] bool validates(const std::vector<http::Field>& not_modified, const StoredHead& stored,
                             const std::vector<http::Field>& request);

/// Whether the response to a HEAD matches the stored one (§4.3.5): no validator or length differs.
[[nodiscard]] bool matches_head_response(const ResponseView& head_response,
                                         const StoredHead& stored);

/// The stored response with its fields replaced by those of `update` with the same names (§3.2),
/// received at `times`. A Set-Cookie of the update is not taken. Null when the result is no valid
/// head.
[[nodiscard]] std::shared_ptr<const StoredHead>
freshened(const StoredHead& stored, const ResponseView& update, const RequestTimes& times);

/// Whether the client's If-None-Match or If-Modified-Since matches the stored response, so that it
/// gets a 304 (§4.3.2).
[[nodiscard]] bool is_not_modified_for(const std::vector<http::Field>& request,
                                       const StoredHead& stored);

/// Whether a client's Range may be served from the stored response (If-Range, RFC 9110 §13.1.5).
[[nodiscard]] bool range_is_current(const std::vector<http::Field>& request,
                                    const StoredHead& stored);

/// A strong validator (RFC 9110 §8.8.1), by which parts of one response can be combined: a strong
/// entity tag, or a Last-Modified at least one second before the Date. Empty when there is none.
[[nodiscard]] std::string strong_validator(const std::vector<http::Field>& fields);

} // namespace proxy
