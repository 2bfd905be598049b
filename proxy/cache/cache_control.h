// Cache-Control to the letter (RFC 9111 §5.2, RFC 5861 §3, §4): of requests and of responses.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/http/message.h"

namespace proxy {

/// As good as for ever (RFC 9111 §1.2.2): what is larger counts as this.
inline constexpr std::chrono::seconds longest_delta{2147483648};

/// Names are compared in any case of letters and arguments may be quoted; directives nobody here
/// knows are passed over. Of a directive that comes twice the first counts (§4.2.1). A time that is
/// no number is 0: the careful reading, by which a response is stale.
struct CacheControl {
    bool no_store = false;
    bool no_cache = false;   // all of the response, not just some fields
    bool is_private = false; // likewise
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
    std::vector<std::string> unshared_fields{}; // those that no-cache="..." and private="..." name
};

/// From all the Cache-Control fields of a head.
[[nodiscard]] CacheControl parse_cache_control(const std::vector<http::Field>& fields);

/// Digits and nothing else (delta-seconds, §1.2.2), up to longest_delta; nothing for other text.
[[nodiscard]] std::optional<std::chrono::seconds> parse_delta(std::string_view text);

} // namespace proxy
