// The words and figures that both pingers' reports have in common.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/json.h"
#include "common/ping_log.h"

namespace net {

/// ", 2 late": nothing when there is none.
[[nodiscard]] std::string also(std::uint64_t count, std::string_view what);
/// "33.33% packet loss", of the pings that are decided.
[[nodiscard]] std::string loss_text(const PingSummary& pings);
/// "rtt min/avg/max/mdev = ... ms" and, on a second line, percentiles and jitter.
[[nodiscard]] std::string rtt_lines(const RttFigures& rtt);
/// One line in the middle of a run.
[[nodiscard]] std::string status_line(const PingSummary& pings);
/// The counts that every run has.
[[nodiscard]] JsonMembers json_counts(const PingSummary& pings);
/// The round-trip times in milliseconds as an object, null when there are none.
[[nodiscard]] std::string json_rtt(const PingSummary& pings);

} // namespace net
