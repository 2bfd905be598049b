#include "common/program/line_log.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "common/error.h"
#include "common/program/output.h"

namespace net {
namespace {

FileDescriptor open_log(const std::string& name)
{
    constexpr int how = O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK; // opening a FIFO would block
    constexpr mode_t mode = 0640;                                    // logs show clients' requests
    FileDescriptor file(::open(name.c_str(), how | O_WRONLY, mode));
    if (!file && errno == ENXIO) // a FIFO without a reader: it buffers some lines, fifo(7)
        file = FileDescriptor(::open(name.c_str(), how | O_RDWR, mode));
    if (!file || ::fcntl(file.get(), F_SETFL, O_APPEND) == -1) fail("open the log " + name);
    return file;
}

} // namespace

LineLog::LineLog(std::string program, const std::string& name)
    : program_(std::move(program)), name_(name)
{
    if (name == "none") return;
    if (name == "-") {
        destination_ = STDOUT_FILENO;
        return;
    }
    file_ = open_log(name);
    destination_ = file_.get();
}

void LineLog::reopen() noexcept
try {
    const FileDescriptor fresh = open_log(name_);
    if (::dup3(fresh.get(), file_.get(), O_CLOEXEC) == -1) fail("reopen the log " + name_);
} catch (const std::exception& error) {
    complain(program_, error.what());
}

void LineLog::write(std::string_view line) const noexcept
try {
    int cause = EAGAIN; // a full pipe with a stalled reader must not block the server
    if (pollfd log{destination_, POLLOUT, 0}; ::poll(&log, 1, 0) != 0)
        cause = ::write(destination_, line.data(), line.size()) == -1 ? errno : 0;
    if (cause == 0) return;
    static std::atomic<bool> is_reported = false;
    if (is_reported.exchange(true)) return;
    complain(program_, "write the log: " + reason(cause),
             Deadline::in({})); // stderr may be the same pipe
} catch (const std::bad_alloc&) {
    return; // losing a line is better than losing a response
}

} // namespace net
