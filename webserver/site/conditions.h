// Conditional requests (RFC 9110 §13): whether a client's copy is still good, decided without
// touching a file.
#pragma once

#include <chrono>
#include <string>

#include "common/http/message.h"

namespace webserver {

/// What identifies the state of a file (RFC 9110 §8.8).
struct Validators {
    std::string etag; // strong, with its quotes
    std::chrono::sys_seconds modified;
};

enum class Verdict {
    proceed,
    not_modified,        // 304: the client has it
    precondition_failed, // 412: it is not what the client expects
};

/// If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since of a GET or HEAD, in the
/// order of precedence of §13.2.2. A date that is none is ignored.
[[nodiscard]] Verdict judge(const http::RequestHead& request, const Validators& current);

/// If-Range (§13.1.5): whether a Range may be served because the client's part is of the current
/// file. True without If-Range. A date counts only when it is a strong validator: the file has been
/// left alone for a second since (§8.8.2.2).
[[nodiscard]] bool range_is_current(const http::RequestHead& request, const Validators& current,
                                    std::chrono::sys_seconds now);

} // namespace webserver
