// The proxy's state as a status page and as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/status/statistics.h"

namespace proxy {

/// The cache's fill level.
struct CacheUsage {
    std::size_t entries = 0;
    std::uint64_t bytes = 0;
    std::uint64_t capacity = 0;
    std::string trouble{}; // why nothing is stored; empty: no error
};

enum class StatusDetail {
    counters, // without clients and targets
    requests, // with the latest requests
};

/// One JSON object; all times in milliseconds, all sizes in bytes.
[[nodiscard]] std::string status_json(const Statistics& statistics, const CacheUsage& cache,
                                      StatusDetail detail);

/// The page, with its style and script. Its script fetches the JSON every second.
[[nodiscard]] std::string status_page();

/// A proxy auto-configuration file: everything to `authority` ("host:port") except plain host names
/// and loopback addresses.
[[nodiscard]] std::string pac_file(std::string_view authority);

/// Whether a Host field may name this machine: an address, localhost, or `host_name`. Another name
/// may belong to a foreign site that resolves to this machine to read our pages (DNS rebinding).
[[nodiscard]] bool is_own_name(std::string_view host, std::string_view host_name);

} // namespace proxy
