#include "webserver/site/site.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "common/error.h"
#include "common/http/url.h"
#include "common/text/ascii.h"
#include "common/text/media_type.h"
#include "webserver/site/open_beneath.h"

namespace webserver {
namespace {

/// Whether it is the same file with the same content: a write changes the times.
bool is_same(const struct stat& a, const struct stat& b)
{
    const auto same_time = [](const timespec& x, const timespec& y) {
        return x.tv_sec == y.tv_sec && x.tv_nsec == y.tv_nsec;
    };
    return a.st_ino == b.st_ino && a.st_dev == b.st_dev && a.st_size == b.st_size &&
           a.st_mode == b.st_mode && same_time(a.st_mtim, b.st_mtim) &&
           same_time(a.st_ctim, b.st_ctim);
}

std::chrono::system_clock::time_point time_of(const timespec& time)
{
    return std::chrono::system_clock::time_point(std::chrono::seconds(time.tv_sec) +
                                                 std::chrono::nanoseconds(time.tv_nsec));
}

/// Declares text types as UTF-8.
std::string content_type(std::string_view name)
{
    std::string type(net::media_type(name));
    if (type.starts_with("text/")) type += "; charset=utf-8";
    return type;
}

std::string etag_of(const struct stat& status)
{
    std::array<char, 64> tag{};
    const int size = std::snprintf(tag.data(), tag.size(), "\"%jx-%jx-%jx%08lx\"",
                                   static_cast<std::uintmax_t>(status.st_ino),
                                   static_cast<std::uintmax_t>(status.st_size),
                                   static_cast<std::uintmax_t>(status.st_mtim.tv_sec),
                                   static_cast<unsigned long>(status.st_mtim.tv_nsec));
    return {tag.data(), static_cast<std::size_t>(size)};
}

/// Reads a small file's content and sets its size to the bytes read. 0 or errno.
int read_whole(const net::FileDescriptor& descriptor, File& file)
{
    file.content.resize(file.size);
    std::size_t filled = 0;
    while (filled < file.content.size()) {
        const ssize_t count = ::pread(descriptor.get(), file.content.data() + filled,
                                      file.content.size() - filled, static_cast<off_t>(filled));
        if (count == -1 && errno != EINTR) return errno;
        if (count == 0) break; // the file was just truncated
        if (count > 0) filled += static_cast<std::size_t>(count);
    }
    file.content.resize(filled);
    file.size = filled;
    return 0;
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

std::optional<SitePath> parse_site_path(std::string_view path)
{
    const auto decoded = http::percent_decode(path);
    if (!decoded || net::contains(*decoded, '\0')) return std::nullopt;

    SitePath found;
    std::string& name = found.name; // with a slash before each segment; the first is erased below
    for (std::string_view rest = *decoded;;) {
        const auto end = rest.find('/');
        const auto segment = rest.substr(0, end);
        found.is_folder = segment.empty() || segment == "." || segment == "..";
        if (segment == "..")
            name.erase(name.empty() ? 0 : name.rfind('/'));
        else if (!found.is_folder)
            name.append("/").append(segment);
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    name.erase(0, 1);
    return found;
}

bool is_hidden(std::string_view name)
{
    return name.starts_with('.') && name != ".well-known";
}

std::shared_ptr<const File> FileCache::find(const std::string& name,
                                            const struct stat& status) const
{
    const auto found = entries_.find(name);
    if (found == entries_.end() || !is_same(found->second.status, status)) return nullptr;
    return found->second.file;
}

void FileCache::put(std::shared_ptr<const File> file, const struct stat& status)
{
    using namespace std::chrono_literals;
    constexpr std::size_t most_entries = 4096;
    constexpr auto tick = 100ms; // file times are coarse: two changes within one tick look like one
    if (std::chrono::system_clock::now() < time_of(status.st_ctim) + tick) return;
    if (entries_.size() >= most_entries || bytes_ + file->size > most_bytes_) {
        entries_.clear(); // frequently requested files are soon cached again
        bytes_ = 0;
    }
    if (file->size > most_bytes_) return;
    Entry& entry = entries_[file->name];
    bytes_ += file->size - (entry.file ? entry.file->size : 0);
    entry = {std::move(file), status};
}

Site::Site(const std::string& folder)
    : folder_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))
{
    if (!folder_) net::fail("open the folder " + folder);
}

Found Site::find(const SitePath& path, FileCache& cache) const
{
    if (std::ranges::any_of(net::split(path.name, '/'), is_hidden)) return lookup_failure(ENOENT);

    if (path.is_folder) {
        const std::string index = path.name + (path.name.empty() ? "" : "/") + "index.html";
        auto found = open(index, cache);
        if (auto* file = std::get_if<std::shared_ptr<const File>>(&found)) return *file;
        if (const auto* failure = std::get_if<LookupFailure>(&found);
            failure && failure->status != 404)
            return *failure;
    }
    auto found = open(path.name, cache);
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
    const std::string path = name.empty() ? "." : name;
    struct stat status {};
    if (::fstatat(folder_.get(), path.c_str(), &status, 0) == -1) return lookup_failure(errno);
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return lookup_failure(ENXIO);
    if (auto file = cache.find(name, status))
        return file; // a path that leads outside is never cached

    net::FileDescriptor descriptor = open_beneath(folder_, path);
    if (!descriptor || ::fstat(descriptor.get(), &status) == -1) return lookup_failure(errno);
    if (S_ISDIR(status.st_mode)) return Folder{std::move(descriptor), name};
    if (!S_ISREG(status.st_mode)) return lookup_failure(ENXIO);

    auto file = std::make_shared<File>();
    file->name = name;
    file->type = content_type(name);
    file->size = static_cast<std::uint64_t>(status.st_size);
    file->modified = std::chrono::sys_seconds(std::chrono::seconds(status.st_mtim.tv_sec));
    file->etag = etag_of(status);
    if (file->size > small_file) {
        file->descriptor = std::move(descriptor);
        return file;
    }
    if (const int cause = read_whole(descriptor, *file); cause != 0) return lookup_failure(cause);
    cache.put(file, status);
    return file;
}

std::optional<struct stat> Site::target_status(const std::string& link) const
{
    struct stat status {};
    if (::fstatat(folder_.get(), link.c_str(), &status, 0) == -1) return std::nullopt;
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return std::nullopt;
    if (!open_beneath(folder_, link)) return std::nullopt;
    return status;
}

} // namespace webserver
