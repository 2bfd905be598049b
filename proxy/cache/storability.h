// Decides whether a shared cache may store a response (RFC 9111 §3), and which of its fields.
#pragma once

#include <string_view>
#include <vector>

#include "common/http/message.h"
#include "proxy/cache/cache_control.h"
#include "proxy/cache/freshness.h"

namespace proxy {

/// The parts of a request that matter to a cache.
struct RequestView {
    std::string_view method;
    std::string_view url; // canonical
    const std::vector<http::Field>& fields;
    const CacheControl& control; // of these fields
    bool has_content = false;
};

/// Why the response must not be stored, in a few words for Cache-Status; empty when it may be. The
/// caller checks that the body is complete.
[[nodiscard]] std::string_view why_not_stored(const RequestView& request,
                                              const ResponseView& response);

/// The fields to store. Omits hop-by-hop fields (§3.1), those named by no-cache="..." or
/// private="...", and Content-Length, which is computed anew for each response.
[[nodiscard]] std::vector<http::Field> stored_fields(const ResponseView& response);

} // namespace proxy
