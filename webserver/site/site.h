// The served folder: maps the path in a URL to an open file.
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "common/file_descriptor.h"

namespace webserver {

/// A regular file of the site, in its state when opened.
struct File {
    std::string name; // below the site's folder, without a slash at the start
    std::uint64_t size = 0;
    std::chrono::sys_seconds modified{};
    std::string type{};             // Content-Type, from the name
    std::string etag;               // strong (RFC 9110 §8.8.3), with its quotes
    std::string content;            // the whole content of a small file, else empty
    net::FileDescriptor descriptor; // of a larger file, else invalid
};

using FilePointer = std::shared_ptr<const File>;

/// A file of at most this many bytes is read into memory.
inline constexpr std::uint64_t small_file = std::uint64_t{256} * 1024;

/// Small files requested recently. An entry is used only if the file's status, read at each
/// request, shows the same unchanged file. Not thread-safe.
class FileCache {
public:
    /// Its files have at most `most_bytes` of content in total.
    explicit FileCache(std::uint64_t most_bytes = std::uint64_t{16} * 1024 * 1024)
        : most_bytes_(most_bytes)
    {
    }

    /// The file of that name, if it is cached with this `status`; else null.
    [[nodiscard]] std::shared_ptr<const File> find(const std::string& name,
                                                   const struct stat& status) const;
    void put(std::shared_ptr<const File> file, const struct stat& status);

private:
    struct Entry {
        std::shared_ptr<const File> file;
        struct stat status {};
    };
    std::unordered_map<std::string, Entry> entries_;
    std::uint64_t most_bytes_;
    std::uint64_t bytes_ = 0; // total content size
};

/// A folder without an index.html, to be listed.
struct Folder {
    net::FileDescriptor descriptor;
    std::string name; // below the site's folder; empty for the site's folder itself
};

/// A folder requested without the final slash, which relative links in its page need.
struct Redirect {
    std::string path; // percent-encoded, from "/" to "/"
};

/// No file or folder to send.
struct LookupFailure {
    int status; // 403, 404, 500 or 503
    std::string reason;
};

/// The status and reason for a file that could not be opened, from the errno `cause`.
[[nodiscard]] LookupFailure lookup_failure(int cause);

/// A URL's path, decoded, relative to the site's folder.
struct SitePath {
    std::string name; // "a/b.html", without slashes at its ends; empty for the site's folder itself
    bool is_folder = false; // it ends with a slash or a dot segment
};

/// Decodes percent-encoding (RFC 3986 §2.1), then removes dot segments (§5.2.4; ".." at the top
/// stays at the top) and doubled slashes. Nothing when the encoding is malformed or contains a NUL.
[[nodiscard]] std::optional<SitePath> parse_site_path(std::string_view path);

/// Names that begin with a dot are hidden, except ".well-known" (RFC 8615).
[[nodiscard]] bool is_hidden(std::string_view name);

using Found = std::variant<std::shared_ptr<const File>, Folder, Redirect, LookupFailure>;

class Site {
public:
    /// Throws net::Error when `folder` can't be opened.
    explicit Site(const std::string& folder);

    /// The file of that path, or a folder's index.html. Never finds a hidden file or one outside
    /// the site's folder.
    [[nodiscard]] Found find(const SitePath& path, FileCache& cache) const;
    /// The file or folder of exactly that name.
    [[nodiscard]] std::variant<std::shared_ptr<const File>, Folder, LookupFailure>
    open(const std::string& name, FileCache& cache) const;
    /// The status of the file or folder that a symbolic link leads to; nothing when the target is
    /// missing, outside the site, or neither file nor folder.
    [[nodiscard]] std::optional<struct stat> target_status(const std::string& link) const;

private:
    net::FileDescriptor folder_;
};

} // namespace webserver
