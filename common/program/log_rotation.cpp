#include "common/program/log_rotation.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "common/error.h"
#include "common/signals.h"

namespace net {

LogRotation::LogRotation(LineLog& log)
{
    if (!log.is_file()) return; // then SIGHUP has its usual effect
    hangups_ = catch_hangups();
    ending_ = FileDescriptor(::eventfd(0, EFD_CLOEXEC));
    if (!ending_) fail("wait for SIGHUP");
    thread_ = std::thread([this, &log] {
        while (wait_for_hangup())
            log.reopen();
    });
}

LogRotation::~LogRotation()
{
    if (!thread_.joinable()) return;
    ::eventfd_write(ending_.get(), 1);
    thread_.join();
}

/// False once the thread is to end.
bool LogRotation::wait_for_hangup() const
{
    std::array<pollfd, 2> waiting{{{hangups_.get(), POLLIN, 0}, {ending_.get(), POLLIN, 0}}};
    while (::poll(waiting.data(), waiting.size(), -1) == -1 && errno == EINTR) {
    }
    signalfd_siginfo hangup{};
    return waiting[1].revents == 0 && ::read(hangups_.get(), &hangup, sizeof hangup) > 0;
}

} // namespace net
