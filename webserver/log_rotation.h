// The access log's file changed under way: rename it, send SIGHUP, and the lines go to a new one.
#pragma once

#include <thread>

#include "common/file_descriptor.h"
#include "webserver/access_log.h"

namespace webserver {

class LogRotation {
public:
    /// Reopens `log`, if it is a file, at each SIGHUP from now on, in a thread of its own. For
    /// main, before it starts another thread. Throws net::Error.
    explicit LogRotation(AccessLog& log);
    ~LogRotation();
    LogRotation(const LogRotation&) = delete;
    LogRotation& operator=(const LogRotation&) = delete;

private:
    [[nodiscard]] bool wait_for_hangup() const;

    net::FileDescriptor hangups_;
    net::FileDescriptor ending_; // an eventfd, readable once this is to end
    std::thread thread_;
};

} // namespace webserver
