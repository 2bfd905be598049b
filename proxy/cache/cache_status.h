// The Cache-Status field (RFC 9211): how the cache handled a request, and why.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/cache/reuse.h"

namespace proxy {

struct CacheStatus {
    bool hit = false;
    Forward forward = Forward::none; // when it is not a hit
    int forward_status = 0;          // the origin's status; 0 without a response
    bool stored = false;
    bool collapsed = false; // with another client's request
    std::optional<std::chrono::seconds> ttl{};
    std::string detail{};

    /// The field's value: "proxy; fwd=stale; fwd-status=304; stored; ttl=60".
    [[nodiscard]] std::string text() const;
    /// One word for a log: "hit", "stale", "uri-miss".
    [[nodiscard]] std::string_view word() const { return hit ? "hit" : name_of(forward); }
};

} // namespace proxy
