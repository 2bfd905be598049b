// Decides how a cache handles a request, given its entries (RFC 9111 §4, §5.2.1; RFC 5861). No side
// effects.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>
#include <vector>

#include "proxy/cache/storability.h"
#include "proxy/cache/stored_head.h"

namespace proxy {

enum class Use {
    serve,                // send the stored response
    serve_and_revalidate, // the same, then revalidate in the background
    validate,             // send a conditional request to the origin
    forward,              // no usable entry
};

/// Why a request goes to the origin (RFC 9211 §2.2).
enum class Forward { none, bypass, method, uri_miss, vary_miss, request, stale, partial };

[[nodiscard]] std::string_view name_of(Forward reason);

struct ReuseDecision {
    Use use = Use::forward;
    Forward reason = Forward::none;
    std::string_view detail{}; // detail for Cache-Status
};

/// Whether a request may be answered from a cache at all, whatever is stored.
[[nodiscard]] ReuseDecision decide_cache_use(const RequestView& request);

/// How to use a stored response that the request selects.
[[nodiscard]] ReuseDecision decide_reuse(const CacheControl& request, const StoredHead& stored,
                                         std::chrono::sys_seconds now);

/// Whether a response may depend on one user's cookie without being marked as shareable: it is
/// validated for each request.
[[nodiscard]] bool is_personal(const StoredHead& stored);

/// How an attempt to reach the origin failed.
enum class OriginFailure {
    disconnected, // no response
    server_error, // 500, 502, 503 or 504
};

/// Whether a stale response may be served when the origin fails (§4.2.4, RFC 5861 §4).
[[nodiscard]] bool may_serve_stale(const CacheControl& request, const StoredHead& stored,
                                   OriginFailure failure, std::chrono::sys_seconds now);

/// A request's directives. Pragma: no-cache counts when there is no Cache-Control (§5.4).
[[nodiscard]] CacheControl request_control(const std::vector<http::Field>& fields);

} // namespace proxy
