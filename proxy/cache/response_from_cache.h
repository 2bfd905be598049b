// Makes the response to a client from a stored one: the whole, ranges (RFC 9110 §14), or a 304.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/cache/storability.h"
#include "proxy/cache/stored_head.h"
#include "proxy/message/forwarded_head.h"

namespace proxy {

/// A piece of the response's body: some text, then bytes of the stored body.
struct BodySegment {
    std::string text{};
    http::ByteRange bytes{}; // relative to the stored body; may be empty
};

struct ResponseFromCache {
    Response head;
    std::vector<BodySegment> body;
};

/// The response to `request` from `stored`; Age is computed for `now`.
[[nodiscard]] ResponseFromCache response_from_cache(const StoredHead& stored,
                                                    const RequestView& request,
                                                    std::string_view pseudonym,
                                                    std::chrono::sys_seconds now);

/// Whether a stored part contains the requested range. True for a whole response.
[[nodiscard]] bool has_requested_range(const StoredHead& stored, const RequestView& request);

/// Whether a stored part is the beginning of the requested object and the rest can be requested to
/// complete it (RFC 9111 §3.4).
[[nodiscard]] bool can_be_completed(const StoredHead& stored,
                                    const std::vector<http::Field>& request);

/// Whether a 206 with this range and these fields contains the whole rest.
[[nodiscard]] bool completes(const std::optional<StoredRange>& rest,
                             const std::vector<http::Field>& fields, const StoredHead& stored);

} // namespace proxy
