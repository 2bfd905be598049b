#include "webserver/site/site.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "common/error.h"
#include "common/http/url.h"
#include "common/text/ascii.h"

namespace webserver {
namespace {

/// Equal on every server that has the same file, so that a client may change from one to another.
std::string etag_of(const struct stat& status)
{
    std::array<char, 64> tag{};
    const int size = std::snprintf(tag.data(), tag.size(), "\"%jx-%jx%08lx\"",
                                   static_cast<std::uintmax_t>(status.st_size),
                                   static_cast<std::uintmax_t>(status.st_mtim.tv_sec),
                                   static_cast<unsigned long>(status.st_mtim.tv_nsec));
    return {tag.data(), static_cast<std::size_t>(size)};
}

/// At most the first `size` bytes of a file; nothing and errno when they can't be read.
std::optional<std::string> read(const net::FileDescriptor& descriptor, std::uint64_t size)
{
    std::string content(size, '\0');
    std::size_t filled = 0;
    while (filled < content.size()) {
        const ssize_t count = ::pread(descriptor.get(), content.data() + filled,
                                      content.size() - filled, static_cast<off_t>(filled));
        if (count == -1 && errno != EINTR) return std::nullopt;
        if (count == 0) break; // the end
        if (count > 0) filled += static_cast<std::size_t>(count);
    }
    content.resize(filled);
    return content;
}

/// The path from the top, for a process may change its folder; links stay in it.
std::string absolute(const std::string& path)
{
    std::error_code error;
    const auto whole = std::filesystem::absolute(path, error);
    return error ? path : whole.string();
}

} // namespace

LookupFailure lookup_failure(int cause)
{
    switch (cause) {
    case EACCES: return {403, "The server has no permission to read this file."};
    case ENXIO: return {403, "The path leads to neither a file nor a folder."}; // a socket
    case EMFILE:
    case ENFILE:
    case ENOMEM: return {503, "The server has too many files open. Please try again."};
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ELOOP:
    case EXDEV: return {404, "There is no such file on this server."}; // EXDEV: outside the folder
    default: return {500, "The file could not be opened: " + net::reason(cause) + "."};
    }
}

Site::Site(const std::string& folder, SiteOptions options)
    : folder_(absolute(folder)), options_(std::move(options)),
      at_start_(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC))
{
    if (!at_start_) net::fail("open the folder " + folder);
    if (!options_.keep_open) at_start_ = {};
}

/// The folder that has the site's name now; none and errno when it is gone.
net::FileDescriptor Site::root() const
{
    net::FileDescriptor opened(::open(folder_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!opened && errno == EACCES && at_start_)
        return net::FileDescriptor(::fcntl(at_start_.get(), F_DUPFD_CLOEXEC, 0));
    return opened;
}

net::FileDescriptor Site::open_below(const net::FileDescriptor& root, const std::string& name,
                                     Access access) const
{
    const std::string path = name.empty() ? "." : name;
    if (options_.follow_links) return open_anywhere(root, path, access);
    return open_beneath(root, path, access);
}

Found Site::find(const SitePath& path, FileCache& cache) const
{
    if (!options_.show_hidden && is_hidden_path(path.name)) return lookup_failure(ENOENT);

    if (path.is_folder) {
        for (const std::string& index : options_.indexes) {
            auto found = open(path.name + (path.name.empty() ? "" : "/") + index, cache);
            if (auto* file = std::get_if<std::shared_ptr<const File>>(&found)) return *file;
            if (const auto* failure = std::get_if<LookupFailure>(&found);
                failure && failure->status != 404)
                return *failure;
        }
    }
    auto found = open(path.name, cache);
    if (const auto* failure = std::get_if<LookupFailure>(&found);
        failure && failure->status == 404 && options_.clean_urls && !path.is_folder) {
        auto page = open(path.name + ".html", cache);
        if (auto* file = std::get_if<std::shared_ptr<const File>>(&page)) return *file;
    }
    if (auto* failure = std::get_if<LookupFailure>(&found)) return std::move(*failure);
    if (auto* folder = std::get_if<Folder>(&found)) {
        if (path.is_folder) return std::move(*folder);
        return Redirect{"/" + http::percent_encode_path(path.name) + "/"};
    }
    if (path.is_folder) return lookup_failure(ENOTDIR);
    return std::get<std::shared_ptr<const File>>(found);
}

std::variant<std::shared_ptr<const File>, Folder, LookupFailure> Site::open(const std::string& name,
                                                                            FileCache& cache) const
{
    struct stat status {};
    if (::stat((folder_ + "/" + name).c_str(), &status) == 0) {
        if (auto file = cache.find(name, status))
            return file; // a path that leads outside is never cached
    } else if (errno == ENOENT || errno == ENOTDIR) {
        return lookup_failure(errno);
    }

    const net::FileDescriptor root = this->root();
    auto place = root ? open_below(root, name, Access::status) : net::FileDescriptor();
    if (!place || ::fstat(place.get(), &status) == -1) return lookup_failure(errno);
    if (S_ISDIR(status.st_mode)) return Folder{std::move(place), name};
    if (!S_ISREG(status.st_mode)) return lookup_failure(ENXIO);
    if (auto file = cache.find(name, status)) return file;

    net::FileDescriptor descriptor = open_below(root, name, Access::reading);
    if (!descriptor || ::fstat(descriptor.get(), &status) == -1) return lookup_failure(errno);
    if (!S_ISREG(status.st_mode)) return lookup_failure(ENXIO);

    auto file = std::make_shared<File>();
    file->name = name;
    file->coding = content_coding(name);
    file->size = static_cast<std::uint64_t>(status.st_size);
    file->modified = std::chrono::sys_seconds(std::chrono::seconds(status.st_mtim.tv_sec));
    file->etag = etag_of(status);
    const bool is_small = file->size <= small_file;
    const std::uint64_t prescanned = file->coding.empty() ? prescan_size : 0;
    auto beginning = read(descriptor, is_small ? file->size : prescanned);
    if (!beginning) return lookup_failure(errno);
    file->type =
        content_type(name, std::string_view(*beginning).substr(0, prescanned), options_.types);
    if (!is_small) {
        file->descriptor = std::move(descriptor);
        return file;
    }
    file->size = beginning->size(); // less when the file was just truncated
    file->content = std::move(*beginning);
    cache.put(file, status);
    return file;
}

std::optional<struct stat> Site::target_status(const std::string& link) const
{
    struct stat status {};
    const net::FileDescriptor root = this->root();
    const auto target = root ? open_below(root, link, Access::status) : net::FileDescriptor();
    if (!target || ::fstat(target.get(), &status) == -1) return std::nullopt;
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return std::nullopt;
    return status;
}

} // namespace webserver
