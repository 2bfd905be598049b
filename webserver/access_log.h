// The access log, in the Combined Log Format that every log tool reads.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/program/line_log.h"

namespace webserver {

/// One request and its response. The views are of client input: untrusted.
struct LogEntry {
    std::string client; // its IP address
    std::chrono::system_clock::time_point time;
    std::string_view request_line; // "GET / HTTP/1.1"; empty when the client sent none
    int status = 0;
    std::uint64_t body_size = 0; // of the response, whether the client took all of it or not
    std::string_view referer{};
    std::string_view user_agent{};
};

/// 192.0.2.1 - - [22/Nov/2026:09:15:00 +0100] "GET / HTTP/1.1" 200 4721 "-" "curl/7.88.1" and a
/// line end. In client input, quotes, backslashes, control characters and non-ASCII bytes become
/// \xHH, so that no entry can forge another or reach a terminal raw. The time is local.
[[nodiscard]] std::string combined_log_line(const LogEntry& entry);

/// A net::LineLog of combined_log_line()s.
class AccessLog {
public:
    explicit AccessLog(const std::string& name) : lines_("webserver", name) {}

    [[nodiscard]] bool is_on() const { return lines_.is_on(); }
    [[nodiscard]] net::LineLog& lines() { return lines_; }

    void write(const LogEntry& entry) const noexcept;

private:
    net::LineLog lines_;
};

} // namespace webserver
