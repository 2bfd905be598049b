// The store according to the command line: its folder, its limits, --list and --purge.
#pragma once

#include <filesystem>

#include "proxy/options.h"
#include "proxy/store/store.h"

namespace proxy {

/// Empty: in memory only.
[[nodiscard]] std::filesystem::path cache_folder(const Options& options);
[[nodiscard]] StoreLimits store_limits(const Options& options);

/// Carries out --list or --purge; false when neither option is set. A proxy may be running
/// with the same folder. Throws net::Error.
[[nodiscard]] bool administer_store(const Options& options);

} // namespace proxy
