// What is known about a saved page, and the text file beside it that says so.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/message.h"

namespace webserver {

struct SavedPage {
    std::string url;      // where it comes from, a canonical URL
    std::string moved_to; // where it leads instead; then there is no body
    std::string type{};   // Content-Type as the origin had it; may be empty
    std::string coding{}; // Content-Encoding of an origin that compresses unasked; mostly empty
    std::uint64_t size = 0;
    std::string etag{};          // the origin's validators (RFC 9110 §8.8), each
    std::string last_modified{}; // as it came or empty
    std::chrono::sys_seconds fetched{};
    std::chrono::sys_seconds fresh_until{}; // until then the origin need not be asked again
};

/// Until when an answer that came at `now` may be used without asking again: max-age less Age, else
/// Expires less Date (RFC 9111 §4.2); `now` when it does not say. We do not guess: asking costs a
/// 304.
[[nodiscard]] std::chrono::sys_seconds fresh_until(const http::ReceivedResponse& response,
                                                   std::chrono::sys_seconds now);

/// The page that an answer with status 200 brings, without its size.
[[nodiscard]] SavedPage page_of(const std::string& url, const http::ReceivedResponse& response,
                                std::chrono::sys_seconds now);

/// Header-like lines: "URL: http://example.org/".
[[nodiscard]] std::string record_of(const SavedPage& page);
/// The same back; nothing for what is no such record.
[[nodiscard]] std::optional<SavedPage> parse_record(std::string_view text);

} // namespace webserver
