// The cache that all connections share: the store, collapsed requests, background tasks.
#pragma once

#include <filesystem>

#include "proxy/store/background_tasks.h"
#include "proxy/store/collapsing.h"
#include "proxy/store/store.h"

namespace proxy {

struct Cache {
    static constexpr std::size_t most_background_tasks = 16;

    Cache(const std::filesystem::path& folder, const StoreLimits& limits) : store(folder, limits) {}

    Store store;
    RequestCollapsing collapsing;
    RequestCollapsing background_collapsing;           // one revalidation per URL at a time
    BackgroundTasks background{most_background_tasks}; // last: tasks end before what they use
};

} // namespace proxy
