// Text and JSON shared by the reports of both ping programs.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/ping/ping_log.h"
#include "common/text/json.h"

namespace net {

/// " (DUP!)": a suffix for the line of an unusual answer; empty for a normal one.
[[nodiscard]] std::string remark(const PingLog::Reply& reply);
/// ", 2 late"; empty when `count` is 0.
[[nodiscard]] std::string also(std::uint64_t count, std::string_view what);
/// "10 packets transmitted, 9 received, +1 duplicates, 10% packet loss": ping's line of counts;
/// optional counts of 0 are left out. The loss is in percent of the pings with an outcome.
[[nodiscard]] std::string counts_text(const PingSummary& pings);
/// ", time 3007ms"
[[nodiscard]] std::string time_text(std::chrono::nanoseconds time);
/// ping's last line, "rtt min/avg/max/mdev = ... ms", with percentiles and jitter behind it.
[[nodiscard]] std::string rtt_line(const RttFigures& rtt);
/// A line with the figures so far, during a run.
[[nodiscard]] std::string status_line(const PingSummary& pings);
/// All counts and the loss in percent, by name.
[[nodiscard]] JsonMembers json_counts(const PingSummary& pings);
/// The round-trip times in milliseconds as an object, null when there are none.
[[nodiscard]] std::string json_rtt(const PingSummary& pings);

} // namespace net
