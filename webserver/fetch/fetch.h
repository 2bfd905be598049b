// Fetching a page from its origin into the folder of saved pages: redirects, revalidation, limits,
// and what can go wrong on the way.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "webserver/fetch/page_store.h"

namespace webserver {

struct FetchLimits {
    std::string authorities{};        // a PEM file of those to trust for https; empty: the system's
    bool allow_private = false;       // addresses that no public host has, too
    std::size_t most_mebibytes = 256; // of a page
    std::chrono::milliseconds time = std::chrono::seconds(60); // for all of it, with redirects
};

/// A page that can be sent.
struct Fetched {
    SavedCopy copy;
    enum class How { fresh, revalidated, saved, origin_away } how;
    std::string away_reason{}; // with origin_away: why a saved copy must do
};

/// No page: a status for whoever asked, and why.
struct FetchFailure {
    int status; // 403, 500, 501, 502, 504, 508 or an origin's own 4xx or 5xx
    std::string reason;
};

/// Gets the page at a canonical URL, from the folder while it is fresh, else from its origin,
/// following redirects; the copy then stands in the folder, whole. When the origin is away or
/// answers nonsense, an older copy does. Takes no longer than the limits say.
[[nodiscard]] std::variant<Fetched, FetchFailure> fetch(const std::string& url, Saved& saved,
                                                        const FetchLimits& limits);

} // namespace webserver
