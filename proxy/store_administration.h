// The store as the command line has it: where it is, how large it may be, --list and --purge.
#pragma once

#include <filesystem>

#include "proxy/options.h"
#include "proxy/store/store.h"

namespace proxy {

/// Empty: it is in memory only.
[[nodiscard]] std::filesystem::path cache_folder(const Options& options);
[[nodiscard]] StoreLimits store_limits(const Options& options);

/// Lists or purges what is stored, if that is what the options ask for; false when it is not. A
/// proxy that runs with the same folder may go on. Throws net::Error.
[[nodiscard]] bool administer_store(const Options& options);

} // namespace proxy
