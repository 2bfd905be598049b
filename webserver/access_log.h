// The access log, in the Combined Log Format that every log tool reads.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/file_descriptor.h"

namespace webserver {

/// One request and its answer. Views of what the client sent: nothing in them can be trusted.
struct LogEntry {
    std::string client; // its address
    std::chrono::system_clock::time_point time;
    std::string_view request_line; // "GET / HTTP/1.1"; empty when there was none
    int status = 0;
    std::uint64_t body_size = 0; // bytes sent behind the head
    std::string_view referer{};
    std::string_view user_agent{};
};

/// 192.0.2.1 - - [22/Nov/2026:09:15:00 +0100] "GET / HTTP/1.1" 200 4721 "-" "curl/7.88.1" and a
/// line end. What the client sent has quotes, backslashes, control characters and all beyond ASCII
/// as \xHH, so that no entry can forge another or reach a terminal raw. The time is local.
[[nodiscard]] std::string combined_log_line(const LogEntry& entry);

class AccessLog {
public:
    /// Appends to the file `name`, which is made when it is not there; "-" is stdout, "none" keeps
    /// no log. Throws net::Error when it can't be opened.
    explicit AccessLog(const std::string& name);

    [[nodiscard]] bool is_on() const { return destination_ != -1; }
    /// Writes the entry's line in one write(2), so that lines of several threads do not mix. The
    /// first time that fails, stderr says so.
    void write(const LogEntry& entry) const noexcept;

private:
    net::FileDescriptor file_;
    int destination_ = -1;
};

} // namespace webserver
