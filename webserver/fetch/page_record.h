// A saved page's metadata, and the text record beside its body.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/message.h"

namespace webserver {

struct SavedPage {
    std::string url;      // canonical
    std::string moved_to; // target of a redirect; then there is no body
    std::string type{};   // the origin's Content-Type; may be empty
    std::string coding{}; // Content-Encoding if the origin compresses unasked; mostly empty
    std::uint64_t size = 0;
    std::string etag{};          // the origin's validators (RFC 9110 §8.8), each
    std::string last_modified{}; // as received or empty
    std::chrono::sys_seconds fetched{};
    std::chrono::sys_seconds fresh_until{}; // no revalidation needed until then
};

/// When a response received at `now` becomes stale: max-age less Age, else Expires less Date less
/// Age (RFC 9111 §4.2); `now` with no-cache, no-store or neither. No heuristic freshness:
/// revalidation costs only a 304.
[[nodiscard]] std::chrono::sys_seconds fresh_until(const http::ReceivedResponse& response,
                                                   std::chrono::sys_seconds now);

/// The record for a response with status 200; `size` is still 0.
[[nodiscard]] SavedPage page_of(const std::string& url, const http::ReceivedResponse& response,
                                std::chrono::sys_seconds now);

/// Header-like lines: "URL: http://example.org/".
[[nodiscard]] std::string record_of(const SavedPage& page);
/// The inverse; nothing when the text is no such record.
[[nodiscard]] std::optional<SavedPage> parse_record(std::string_view text);

} // namespace webserver
