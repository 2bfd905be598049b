// The words and figures that both pingers' reports have in common.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/ping/ping_log.h"
#include "common/text/json.h"

namespace net {

/// " (DUP!)": what is special about an answer, behind its line; empty when nothing is.
[[nodiscard]] std::string remark(const PingLog::Reply& reply);
/// ", 2 late": nothing when there is none.
[[nodiscard]] std::string also(std::uint64_t count, std::string_view what);
/// "10 packets transmitted, 9 received, +1 duplicates, 10% packet loss": ping's line of counts,
/// with those that are not 0. The loss is that of the pings that are decided.
[[nodiscard]] std::string counts_text(const PingSummary& pings);
/// ", time 3007ms"
[[nodiscard]] std::string time_text(std::chrono::nanoseconds time);
/// "rtt min/avg/max/mdev = ... ms" and, on a second line, percentiles and jitter.
[[nodiscard]] std::string rtt_lines(const RttFigures& rtt);
/// One line in the middle of a run.
[[nodiscard]] std::string status_line(const PingSummary& pings);
/// All counts, by name.
[[nodiscard]] JsonMembers json_counts(const PingSummary& pings);
/// The round-trip times in milliseconds as an object, null when there are none.
[[nodiscard]] std::string json_rtt(const PingSummary& pings);

} // namespace net
