// Fetches a page from its origin into the folder of saved pages: redirects, revalidation, limits
// and errors.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "webserver/fetch/page_store.h"

namespace webserver {

struct FetchLimits {
    std::string authorities{};        // trusted CAs for https (PEM file); empty: the system's
    bool allow_private = false;       // also connect to special-purpose addresses
    std::size_t most_mebibytes = 256; // limit on one page's body
    std::chrono::milliseconds time = std::chrono::seconds(60); // for the fetch with redirects
};

/// A page ready to be sent to the client.
struct Fetched {
    SavedCopy copy;
    enum class How { fresh, revalidated, saved, origin_away } how;
    std::string away_reason{}; // with origin_away: why the page could not be fetched
};

/// A failed fetch: the status for the client, and a sentence that says why.
struct FetchFailure {
    int status; // 400, 403, 500, 501, 502, 504, 508 or the origin's own 4xx or 5xx
    std::string reason;
};

/// Whether the saved copy may be used unasked while it is fresh, or the origin is always asked: for
/// a browser's reload.
enum class Freshness { sufficient, revalidated };

/// Gets the page at a canonical URL: the saved copy while it is fresh, else the origin's page,
/// which is then saved in full. `via` names this server to the origin (RFC 9110 §7.6.3). Redirects
/// are followed. When the origin is unreachable or its response malformed, too large or 5xx, an
/// older copy is used. Takes at most `limits.time`.
[[nodiscard]] std::variant<Fetched, FetchFailure> fetch(const std::string& url, PageStore& saved,
                                                        const FetchLimits& limits,
                                                        Freshness freshness,
                                                        const std::string& via);

} // namespace webserver
