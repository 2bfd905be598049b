// Log rotation: rename the log file, send SIGHUP, and later lines go to a new file.
#pragma once

#include <thread>

#include "common/file_descriptor.h"
#include "common/program/line_log.h"

namespace net {

class LogRotation {
public:
    /// Reopens `log`, if it is a file, at each SIGHUP from now on, in a thread of its own; `log`
    /// must outlive it. Call it in main, before another thread starts. Throws Error.
    explicit LogRotation(LineLog& log);
    ~LogRotation();
    LogRotation(const LogRotation&) = delete;
    LogRotation& operator=(const LogRotation&) = delete;

private:
    [[nodiscard]] bool wait_for_hangup() const;

    FileDescriptor hangups_;
    FileDescriptor ending_; // an eventfd, readable once the thread is to end
    std::thread thread_;
};

} // namespace net
