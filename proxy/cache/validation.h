// Conditional requests, both ways: asking an origin whether a stored response is still good, taking
// its 304 in, and answering a client that asks the same (RFC 9111 §4.3, RFC 9110 §13).
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

/// The conditions that make a request a question about a stored response: its entity tag, together
/// with those the client asks about itself, and its Last-Modified. Empty when it has no validator.
[[nodiscard]] FieldLines validating_fields(const StoredHead& stored,
                                           const std::vector<http::Field>& request);

/// Whether a field of a client's request is a condition, to be replaced by ours.
[[nodiscard]] bool is_condition(std::string_view name);

/// Whether a 304 is about this stored response (§4.3.4): its validators are the stored ones. It may
/// have none only if nothing else was asked about: the client's own tags in `request` were not.
[[nodiscard]] bool confirms(const std::vector<http::Field>& not_modified, const StoredHead& stored,
                            const std::vector<http::Field>& request);

/// Whether the answer to a HEAD is about what is stored (§4.3.5): no validator and no length that
/// differs.
[[nodiscard]] bool agrees(const ResponseView& head_answer, const StoredHead& stored);

/// The stored response with the fields of `news` in place of its own of the same names (§3.2), as
/// received now. A cookie comes only in place of another. Null when that makes no whole head.
[[nodiscard]] std::shared_ptr<const StoredHead>
freshened(const StoredHead& stored, const ResponseView& news, const Exchanged& exchanged);

/// Whether a client has the stored response already, by its If-None-Match or If-Modified-Since
/// (§4.3.2), and gets a 304.
[[nodiscard]] bool client_has(const std::vector<http::Field>& request, const StoredHead& stored);

/// Whether its Range may be served from the stored response (If-Range, RFC 9110 §13.1.5).
[[nodiscard]] bool range_is_current(const std::vector<http::Field>& request,
                                    const StoredHead& stored);

/// A validator that changes with every byte (RFC 9110 §8.8.1), by which parts of one response can
/// be put together: a strong entity tag, or a Last-Modified long enough before the Date. Empty when
/// there is none.
[[nodiscard]] std::string strong_validator(const std::vector<http::Field>& fields);

} // namespace proxy
