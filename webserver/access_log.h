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
    std::uint64_t body_size = 0; // of the answer, whether the client took all of it or not
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
    [[nodiscard]] bool is_file() const { return static_cast<bool>(file_); }
    /// Opens the file by its name once more, for when somebody has renamed it. Threads that write
    /// meanwhile need not know: each line is in the one file or in the other. When that fails, the
    /// file as it was goes on and stderr says so.
    void reopen() noexcept;

    /// Writes the entry's line in one write(2), so that lines of several threads do not mix. When
    /// that fails, or the log is a pipe and full, the line is lost; the first time stderr says so.
    void write(const LogEntry& entry) const noexcept;

private:
    std::string name_;
    net::FileDescriptor file_; // its number never changes while threads write
    int destination_ = -1;
};

} // namespace webserver
