// What a cache does with a request, given what it holds (RFC 9111 §4, §5.2.1; RFC 5861). Decided
// without touching anything.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>
#include <vector>

#include "proxy/cache/storability.h"
#include "proxy/cache/stored_head.h"

namespace proxy {

enum class Use {
    serve,                // the stored response, as it is
    serve_and_revalidate, // the same, and ask the origin afterwards (stale-while-revalidate)
    validate,             // ask the origin whether it is still good
    forward,              // nothing stored is of use
};

/// Why a request goes to the origin, as RFC 9211 §2.2 calls it.
enum class Forward { none, bypass, method, uri_miss, vary_miss, request, stale, partial };

[[nodiscard]] std::string_view name_of(Forward reason);

struct Verdict {
    Use use = Use::forward;
    Forward reason = Forward::none;
    std::string_view detail{}; // more of the reason, for Cache-Status
};

/// Whether a request can be answered from a cache at all, whatever it holds.
[[nodiscard]] Verdict judge_request(const RequestView& request);

/// What becomes of a stored response that the request selects.
[[nodiscard]] Verdict judge(const CacheControl& request, const StoredHead& stored,
                            std::chrono::sys_seconds now);

/// It may have been made for one person, by a cookie, and nobody has said that others may have it:
/// its origin is to be asked each time.
[[nodiscard]] bool is_personal(const StoredHead& stored);

/// How an attempt to reach the origin failed.
enum class Failure {
    disconnected, // no answer came
    server_error, // 500, 502, 503 or 504
};

/// Whether a stale response may be served because the origin fails (§4.2.4, RFC 5861 §4).
[[nodiscard]] bool may_serve_stale(const CacheControl& request, const StoredHead& stored,
                                   Failure failure, std::chrono::sys_seconds now);

/// The directives of a request, with Pragma: no-cache for those who know no Cache-Control (§5.4).
[[nodiscard]] CacheControl request_control(const std::vector<http::Field>& fields);

} // namespace proxy
