#include "common/program/line_log.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>

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

LineLog::~LineLog()
{
    report_lost();
}

void LineLog::reopen() const noexcept
{
    is_reported_ = false;
    reopen_quietly();
}

/// A failure is reported unless one is already.
void LineLog::reopen_quietly() const noexcept
try {
    const FileDescriptor fresh = open_log(name_);
    if (::dup3(fresh.get(), file_.get(), O_CLOEXEC) == -1) fail("reopen the log " + name_);
} catch (const std::exception& error) {
    if (!is_reported_.exchange(true)) complain(program_, error.what(), Deadline::in({}));
}

void LineLog::write(std::string_view line) const noexcept
try {
    if (is_file()) look_for_removal();
    if (is_torn_)
        put("\n" + std::string(line));
    else
        put(line);
} catch (const std::bad_alloc&) {
    return; // losing a line is better than losing a response
}

/// At most every 10 ms, because it costs as much as writing a line.
void LineLog::look_for_removal() const noexcept
{
    using Clock = std::chrono::steady_clock;
    constexpr auto interval = std::chrono::milliseconds(10);
    const auto now = Clock::now().time_since_epoch();
    if (now < next_look_.load(std::memory_order_relaxed)) return;
    next_look_.store(now + interval, std::memory_order_relaxed);
    struct stat status {};
    if (::fstat(destination_, &status) == 0 && status.st_nlink == 0) reopen_quietly();
}

void LineLog::put(std::string_view line) const
{
    int cause = EAGAIN; // a full pipe with a stalled reader must not block the server
    if (pollfd log{destination_, POLLOUT, 0}; ::poll(&log, 1, 0) != 0) {
        const ssize_t count = ::write(destination_, line.data(), line.size());
        cause = count == -1 ? errno : ENOSPC;
        if (count > 0) is_torn_ = count < std::ssize(line);
        if (count == std::ssize(line)) return report_lost();
    }
    ++lost_;
    if (is_reported_.exchange(true)) return;
    complain(program_, "write the log: " + reason(cause),
             Deadline::in({})); // stderr may be the same pipe
}

void LineLog::report_lost() const
{
    if (lost_.load(std::memory_order_relaxed) == 0) return;
    const std::uint64_t lost = lost_.exchange(0);
    if (lost == 0) return; // another thread reports them
    is_reported_ = false;
    complain(program_,
             std::to_string(lost) + (lost == 1 ? " line" : " lines") + " of the log " +
                 (lost == 1 ? "was" : "were") + " lost",
             Deadline::in({}));
}

} // namespace net
