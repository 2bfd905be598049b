// Freshness lifetime and age of a response (RFC 9111 §4.2). Pure arithmetic.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/http/message.h"
#include "proxy/cache/cache_control.h"

namespace proxy {

/// A response's status and fields, as received or as stored.
struct ResponseView {
    int status;
    const std::vector<http::Field>& fields;
    const CacheControl& control; // of these fields
};

/// When a request was sent, and when the response's head arrived, by the local clock.
struct RequestTimes {
    std::chrono::sys_seconds requested;
    std::chrono::sys_seconds received;
    std::optional<std::uint32_t> generation{}; // Store::generation() when it was sent
};

enum class Basis {
    explicit_time, // s-maxage, max-age or Expires
    heuristic,     // a tenth of the time since Last-Modified
    none,          // no information: stale at once
};

/// The freshness data of a received response.
struct Lifespan {
    Basis basis = Basis::none;
    std::chrono::seconds lifetime{};
    std::chrono::seconds initial_age{}; // when it was received (§4.2.3)
    std::chrono::sys_seconds received;

    [[nodiscard]] std::chrono::seconds age(std::chrono::sys_seconds now) const
    {
        return std::max(initial_age + (now - received), std::chrono::seconds(0));
    }
    /// The remaining lifetime; negative once it is stale.
    [[nodiscard]] std::chrono::seconds ttl(std::chrono::sys_seconds now) const
    {
        return lifetime - age(now);
    }
    [[nodiscard]] bool is_fresh(std::chrono::sys_seconds now) const { return ttl(now).count() > 0; }
};

[[nodiscard]] Lifespan lifespan_of(const ResponseView& response, const RequestTimes& times);

/// Whether the response has an explicit expiration time, even one that is past.
[[nodiscard]] bool has_explicit_time(const ResponseView& response);

/// Whether responses with this status may be stored without an explicit lifetime (RFC 9110 §15.1).
[[nodiscard]] bool is_heuristically_cacheable(int status);

/// The date in a field; letters are case-insensitive (RFC 9111 §4.2). The first of several lines
/// counts. Nothing when it is absent or not a date.
[[nodiscard]] std::optional<std::chrono::sys_seconds>
date_field(const std::vector<http::Field>& fields, std::string_view name);

} // namespace proxy
