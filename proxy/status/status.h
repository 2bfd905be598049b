// The proxy's state for those who look on: a page that keeps itself up to date, and its JSON twin.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/status/statistics.h"

namespace proxy {

/// What is in the cache.
struct CacheFilling {
    std::size_t entries = 0;
    std::uint64_t bytes = 0;
    std::uint64_t capacity = 0;
    std::string trouble{}; // why nothing is stored; empty when all is well
};

enum class Detail {
    counters, // without a trace of who asked for what
    requests, // with the latest requests
};

/// One JSON object; all times in milliseconds, all sizes in bytes.
[[nodiscard]] std::string status_json(const Statistics& statistics, const CacheFilling& cache,
                                      Detail detail);

/// The page, with its style and script in it. It fetches the JSON every second.
[[nodiscard]] std::string status_page();

/// A proxy auto-configuration file: to `authority` ("host:port") with all but names and addresses
/// of the browser's own machine.
[[nodiscard]] std::string pac_file(std::string_view authority);

/// Whether a Host field may well mean this machine: an address, localhost, or `host_name`. Another
/// name may belong to a page elsewhere whose owner let it lead here, so as to read what we show.
[[nodiscard]] bool is_own_name(std::string_view host, std::string_view host_name);

} // namespace proxy
