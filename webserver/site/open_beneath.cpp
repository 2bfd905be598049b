#include "webserver/site/open_beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <optional>
#include <string_view>

#include "common/text/ascii.h"

namespace webserver {
namespace {

int flags_for(Access access)
{
    return O_CLOEXEC | (access == Access::status ? O_PATH : O_RDONLY | O_NONBLOCK | O_NOCTTY);
}

net::FileDescriptor failure(int cause)
{
    errno = cause;
    return {};
}

/// Whether the path itself, links aside, names something that is not below its start.
bool leads_out(std::string_view path)
{
    const auto steps = net::split(path, '/');
    return path.starts_with('/') || std::ranges::find(steps, "..") != steps.end();
}

/// O_PATH with O_NOFOLLOW opens the link itself.
bool is_link(const net::FileDescriptor& file)
{
    struct stat status {};
    return ::fstat(file.get(), &status) == 0 && S_ISLNK(status.st_mode);
}

/// Opens one component of the path after the other, and follows no symbolic link.
net::FileDescriptor open_step_by_step(const net::FileDescriptor& folder, const std::string& path,
                                      Access access)
{
    net::FileDescriptor here;
    std::string_view rest = path;
    for (;;) {
        const auto slash = rest.find('/');
        const bool is_last = slash == std::string_view::npos;
        const std::string step(rest.substr(0, slash));
        if (step.empty() && !here) return failure(ENOENT);
        const int from = here ? here.get() : folder.get();
        const int flags = is_last ? flags_for(access) : O_PATH | O_DIRECTORY | O_CLOEXEC;
        net::FileDescriptor next(
            ::openat(from, step.empty() ? "." : step.c_str(), flags | O_NOFOLLOW));
        if (!next) return {};
        if (is_last) return is_link(next) ? failure(ELOOP) : std::move(next);
        here = std::move(next);
        rest.remove_prefix(slash + 1);
    }
}

/// The path of an open file without links; nothing without /proc.
std::optional<std::string> real_path(const net::FileDescriptor& file)
{
    std::array<char, PATH_MAX> path{};
    const std::string link = "/proc/self/fd/" + std::to_string(file.get());
    const ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
    if (size <= 0 || path.front() != '/') return std::nullopt;
    return std::string(path.data(), static_cast<std::size_t>(size));
}

/// Follows links anywhere to learn where they end, then opens that place step by step: what changes
/// meanwhile leads to a failure, not out of the folder.
net::FileDescriptor open_end_of_links(const net::FileDescriptor& folder, const std::string& path,
                                      Access access)
{
    const net::FileDescriptor end(::openat(folder.get(), path.c_str(), O_PATH | O_CLOEXEC));
    if (!end) return failure(errno == ELOOP || errno == ENOTDIR ? errno : EXDEV);
    const auto from = real_path(folder);
    const auto to = real_path(end);
    if (!from || !to) return failure(EXDEV);
    if (*to == *from) return open_step_by_step(folder, ".", access);
    const std::string start = from->ends_with('/') ? *from : *from + "/";
    if (!to->starts_with(start)) return failure(EXDEV);
    return open_step_by_step(folder, to->substr(start.size()), access);
}

} // namespace

net::FileDescriptor open_beneath(const net::FileDescriptor& folder, const std::string& path,
                                 Access access)
{
    open_how how{};
    how.flags = static_cast<unsigned>(flags_for(access));
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    constexpr int most_tries = 16; // EAGAIN: a concurrent rename, openat2(2)
    for (int tries = 0; tries < most_tries; ++tries) {
        const long opened = ::syscall(SYS_openat2, folder.get(), path.c_str(), &how, sizeof how);
        if (opened != -1) return net::FileDescriptor(static_cast<int>(opened));
        if (errno == ENOSYS || errno == EPERM) return open_beneath_portably(folder, path, access);
        if (errno == EXDEV && !leads_out(path)) return open_end_of_links(folder, path, access);
        if (errno != EAGAIN && errno != EINTR) break;
    }
    return {};
}

net::FileDescriptor open_anywhere(const net::FileDescriptor& folder, const std::string& path,
                                  Access access)
{
    return net::FileDescriptor(::openat(folder.get(), path.c_str(), flags_for(access)));
}

net::FileDescriptor open_beneath_portably(const net::FileDescriptor& folder,
                                          const std::string& path, Access access)
{
    if (leads_out(path)) return failure(EXDEV);
    net::FileDescriptor file = open_step_by_step(folder, path, access);
    if (file || (errno != ELOOP && errno != ENOTDIR)) return file; // ENOTDIR: a link to a folder
    return open_end_of_links(folder, path, access);
}

} // namespace webserver
