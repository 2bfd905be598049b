// Conditional requests (RFC 9110 §13): whether a client's copy is current, decided without file
// access.
#pragma once

#include <chrono>
#include <string>

#include "common/http/message.h"

namespace webserver {

/// A file's validators (RFC 9110 §8.8).
struct Validators {
    std::string etag; // strong, with its quotes
    std::chrono::sys_seconds modified;
};

enum class PreconditionResult {
    proceed,
    not_modified,        // 304: the client's copy is current
    precondition_failed, // 412: the file is not in the state that the client expects
};

/// If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since of a GET or HEAD, in the
/// order of precedence of §13.2.2. An invalid date is ignored.
[[nodiscard]] PreconditionResult evaluate_preconditions(const http::RequestHead& request,
                                                        const Validators& current);

/// If-Range (§13.1.5): whether a Range may be served because the client's part is of the current
/// file. True without If-Range. A date counts only as a strong validator: the last change is at
/// least a second ago (§8.8.2.2).
[[nodiscard]] bool range_is_current(const http::RequestHead& request, const Validators& current,
                                    std::chrono::sys_seconds now);

} // namespace webserver
