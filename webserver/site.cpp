#include "webserver/site.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "common/ascii.h"
#include "common/error.h"
#include "common/http/url.h"
#include "webserver/beneath.h"

namespace webserver {
namespace {

bool is_hidden(std::string_view segment)
{
    return segment.starts_with('.') && segment != ".well-known";
}

Missing not_opened(int cause)
{
    switch (cause) {
    case EACCES: return {403, "The server may not read this file."};
    case ENXIO: return {403, "This is neither a file nor a folder."}; // a socket
    case EMFILE:
    case ENFILE:
    case ENOMEM: return {503, "The server has too many files open. Please try again."};
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ELOOP:
    case EXDEV:
        return {404, "There is no such file on this server."}; // what lies outside is not there
    default: return {500, "The file could not be opened: " + net::reason(cause) + "."};
    }
}

} // namespace

std::optional<SitePath> parse_site_path(std::string_view path)
{
    const auto decoded = http::percent_decode(path);
    if (!decoded || net::contains(*decoded, '\0')) return std::nullopt;

    std::vector<std::string_view> kept;
    const auto segments = net::split(*decoded, '/');
    for (const auto segment : segments) {
        if (segment.empty() || segment == ".") continue;
        if (segment != "..")
            kept.push_back(segment);
        else if (!kept.empty())
            kept.pop_back();
    }

    SitePath found;
    found.is_folder = kept.empty() || segments.back() != kept.back();
    for (const auto segment : kept)
        found.name += (found.name.empty() ? "" : "/") + std::string(segment);
    return found;
}

Site::Site(const std::string& folder)
    : folder_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))
{
    if (!folder_) net::fail("open the folder " + folder);
}

std::variant<File, Redirect, Missing> Site::find(const SitePath& path) const
{
    if (std::ranges::any_of(net::split(path.name, '/'), is_hidden)) return not_opened(ENOENT);

    File file{.descriptor = open_beneath(folder_, path.name.empty() ? "." : path.name),
              .name = path.name};
    struct stat status {};
    if (!file.descriptor || ::fstat(file.descriptor.get(), &status) == -1) return not_opened(errno);

    if (S_ISDIR(status.st_mode)) {
        if (!path.is_folder) return Redirect{"/" + http::percent_encode_path(path.name) + "/"};
        file.name += file.name.empty() ? "index.html" : "/index.html";
        file.descriptor = open_beneath(folder_, file.name);
        if (!file.descriptor || ::fstat(file.descriptor.get(), &status) == -1)
            return not_opened(errno);
    } else if (path.is_folder) {
        return not_opened(ENOTDIR);
    }
    if (!S_ISREG(status.st_mode)) return Missing{403, "This is neither a file nor a folder."};

    file.size = static_cast<std::uint64_t>(status.st_size);
    file.modified = std::chrono::sys_seconds(std::chrono::seconds(status.st_mtim.tv_sec));
    return file;
}

} // namespace webserver
