// How long a stored response is good for, and how old it is (RFC 9111 §4.2). Pure arithmetic.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/http/message.h"
#include "proxy/cache/cache_control.h"

namespace proxy {

/// A response's status and fields, as they came or as they are stored.
struct ResponseView {
    int status;
    const std::vector<http::Field>& fields;
    const CacheControl& control; // of these fields
};

/// When a response was asked for, and when its head came, by this machine's clock.
struct Exchanged {
    std::chrono::sys_seconds requested;
    std::chrono::sys_seconds received;
    std::optional<std::uint32_t> removals{}; // Store::removals(), when it was asked for
};

enum class Basis {
    explicit_time, // s-maxage, max-age or Expires say so
    heuristic,     // a tenth of the time that it had not changed for
    none,          // nothing tells: it is stale at once
};

/// What is known of a response's age once it is there.
struct Lifespan {
    Basis basis = Basis::none;
    std::chrono::seconds lifetime{};
    std::chrono::seconds initial_age{}; // when it was received (§4.2.3)
    std::chrono::sys_seconds received;

    [[nodiscard]] std::chrono::seconds age(std::chrono::sys_seconds now) const
    {
        return std::max(initial_age + (now - received), std::chrono::seconds(0));
    }
    /// What is left of its lifetime; negative once it is stale.
    [[nodiscard]] std::chrono::seconds ttl(std::chrono::sys_seconds now) const
    {
        return lifetime - age(now);
    }
    [[nodiscard]] bool is_fresh(std::chrono::sys_seconds now) const { return ttl(now).count() > 0; }
};

[[nodiscard]] Lifespan lifespan_of(const ResponseView& response, const Exchanged& exchanged);

/// Whether something in the response says how long it is good for, even if that is not at all.
[[nodiscard]] bool has_explicit_time(const ResponseView& response);

/// A status whose responses may be kept when nothing is said of their lifetime (RFC 9110 §15.1).
[[nodiscard]] bool is_heuristically_cacheable(int status);

/// A field's date; letters of any case count as if they were right (RFC 9111 §4.2). Of several
/// lines the first counts. Nothing when it is absent or no date.
[[nodiscard]] std::optional<std::chrono::sys_seconds>
date_field(const std::vector<http::Field>& fields, std::string_view name);

} // namespace proxy
