// Parses Cache-Control in requests and responses (RFC 9111 §5.2, RFC 5861 §3, §4).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/http/message.h"

namespace proxy {

/// The largest delta-seconds, 2^31; larger values count as this (RFC 9111 §1.2.2).
inline constexpr std::chrono::seconds longest_delta{2147483648};

/// The directives of a message. Names are case-insensitive and arguments may be quoted; unknown
/// directives are ignored. The first of a repeated directive counts (§4.2.1). An invalid time is 0,
/// so that the response is stale.
struct CacheControl {
    bool no_store = false;
    bool no_cache = false;   // unqualified: the whole response
    bool is_private = false; // unqualified
    bool is_public = false;
    bool must_revalidate = false;
    bool proxy_revalidate = false;
    bool must_understand = false;
    bool only_if_cached = false;
    std::optional<std::chrono::seconds> max_age{};
    std::optional<std::chrono::seconds> s_maxage{};
    std::optional<std::chrono::seconds> min_fresh{};
    std::optional<std::chrono::seconds> max_stale{}; // without an argument: longest_delta
    std::optional<std::chrono::seconds> stale_while_revalidate{};
    std::optional<std::chrono::seconds> stale_if_error{};
    std::vector<std::string> unshared_fields{}; // named by no-cache="..." and private="..."
};

/// Parses all Cache-Control fields of a head.
[[nodiscard]] CacheControl parse_cache_control(const std::vector<http::Field>& fields);

/// Parses delta-seconds (§1.2.2): digits only, at most longest_delta. Nothing for other text.
[[nodiscard]] std::optional<std::chrono::seconds> parse_delta(std::string_view text);

} // namespace proxy
