// Whether a shared cache may keep a response (RFC 9111 §3), and which of its fields.
#pragma once

#include <string_view>
#include <vector>

#include "common/http/message.h"
#include "proxy/cache/cache_control.h"
#include "proxy/cache/freshness.h"

namespace proxy {

/// What of a request matters to a cache.
struct RequestView {
    std::string_view method;
    std::string_view url; // canonical
    const std::vector<http::Field>& fields;
    const CacheControl& control; // of these fields
    bool has_content = false;
};

/// Why the response must not be kept, in a few words for Cache-Status; empty: it may be. Whether
/// the body comes whole is for others to see.
[[nodiscard]] std::string_view why_not_stored(const RequestView& request,
                                              const ResponseView& response);

/// The fields that are kept: without those of the connection (§3.1), those that no-cache="..." or
/// private="..." names, and Content-Length, which is worked out anew for each answer.
[[nodiscard]] std::vector<http::Field> stored_fields(const ResponseView& response);

} // namespace proxy
