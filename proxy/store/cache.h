// The cache as all conversations share it: what is stored, what is under way, what is done behind
// the clients' backs.
#pragma once

#include <filesystem>

#include "proxy/store/background_tasks.h"
#include "proxy/store/collapsing.h"
#include "proxy/store/store.h"

namespace proxy {

struct Cache {
    static constexpr std::size_t most_errands = 16;

    Cache(const std::filesystem::path& folder, const StoreLimits& limits) : store(folder, limits) {}

    Store store;
    Flights flights;
    Flights errand_flights;        // one errand for a URL at a time; no client waits for it
    Errands errands{most_errands}; // last: they end before what they use
};

} // namespace proxy
