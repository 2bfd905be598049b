// The proxy's log: one line for each request.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/program/line_log.h"

namespace proxy {

/// The outcome of a request. Texts from the client are untrusted.
struct LogEntry {
    std::string client{}; // its address
    std::string_view method{};
    std::string_view target{};
    int status = 0;
    std::uint64_t sent = 0; // bytes of the body
    std::chrono::microseconds took{};
    std::string_view verdict{}; // of the cache, or another outcome ("tunnel")
};

/// 2026-01-31 09:15:00 127.0.0.1 GET http://example.org/ 200 4721 B 0.012 s miss, and a line end.
/// The client's text is escaped, blanks too.
[[nodiscard]] std::string log_line(const LogEntry& entry,
                                   std::chrono::system_clock::time_point time);

class Log {
public:
    /// `name` is that of net::LineLog.
    explicit Log(const std::string& name) : lines_("proxy", name) {}

    [[nodiscard]] net::LineLog& lines() { return lines_; }

    void write(const LogEntry& entry) const noexcept;

private:
    net::LineLog lines_;
};

} // namespace proxy
