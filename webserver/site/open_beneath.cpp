#include "webserver/site/open_beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace webserver {
namespace {

constexpr int reading =
    O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY; // non-blocking: a FIFO's open would block

} // namespace

net::FileDescriptor open_beneath(const net::FileDescriptor& folder, const std::string& path)
{
    open_how how{};
    how.flags = reading;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    constexpr int most_tries = 16; // EAGAIN: a concurrent rename, openat2(2)
    for (int tries = 0; tries < most_tries; ++tries) {
        const long opened = ::syscall(SYS_openat2, folder.get(), path.c_str(), &how, sizeof how);
        if (opened != -1) return net::FileDescriptor(static_cast<int>(opened));
        if (errno == ENOSYS || errno == EPERM) return open_step_by_step(folder, path);
        if (errno != EAGAIN && errno != EINTR) break;
    }
    return {};
}

net::FileDescriptor open_step_by_step(const net::FileDescriptor& folder, const std::string& path)
{
    net::FileDescriptor here;
    std::string_view rest = path;
    for (;;) {
        const auto slash = rest.find('/');
        const bool is_last = slash == std::string_view::npos;
        const std::string step(rest.substr(0, slash));
        if (step == ".." || (step.empty() && !here)) {
            errno = EXDEV;
            return {};
        }
        const int from = here ? here.get() : folder.get();
        const int flags =
            is_last ? reading | O_NOFOLLOW : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
        net::FileDescriptor next(::openat(from, step.empty() ? "." : step.c_str(), flags));
        if (!next || is_last) return next;
        here = std::move(next);
        rest.remove_prefix(slash + 1);
    }
}

} // namespace webserver
