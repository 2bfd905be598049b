// The folder that is served: from the path in a URL to an open file.
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

/// A regular file of the site, as it was at one moment.
struct File {
    std::string name; // below the site's folder, without a slash at the start
    std::uint64_t size = 0;
    std::chrono::sys_seconds modified{};
    std::string type{};             // a site's file's Content-Type, from its name
    std::string etag;               // strong (RFC 9110 §8.8.3), with its quotes
    std::string content;            // all of it, when it is small
    net::FileDescriptor descriptor; // open, when it is not
};

using FilePointer = std::shared_ptr<const File>;

/// What is up to this size is kept in memory.
inline constexpr std::uint64_t small_file = std::uint64_t{256} * 1024;

/// Small files that were asked for lately. Each is used only while the file system says, at each
/// request, that it is still the same file, unchanged. Not for several threads at once.
class FileCache {
public:
    /// May keep that many bytes of content.
    explicit FileCache(std::uint64_t most_bytes = std::uint64_t{16} * 1024 * 1024)
        : most_bytes_(most_bytes)
    {
    }

    /// The file of that name, if it is here and its status is still `status`.
    [[nodiscard]] std::shared_ptr<const File> find(const std::string& name,
                                                   const struct stat& status) const;
    void keep(std::shared_ptr<const File> file, const struct stat& status);

private:
    struct Entry {
        std::shared_ptr<const File> file;
        struct stat status {};
    };
    std::unordered_map<std::string, Entry> entries_;
    std::uint64_t most_bytes_;
    std::uint64_t bytes_ = 0; // of all their contents
};

/// A folder without an index.html, to be listed.
struct Folder {
    net::FileDescriptor descriptor;
    std::string name; // below the site's folder; empty for the site's folder itself
};

/// A folder that was asked for without the slash at its end; there its relative links work.
struct Redirect {
    std::string path; // percent-encoded, from "/" to "/"
};

/// Nothing to send.
struct Missing {
    int status; // 403, 404, 500 or 503
    std::string reason;
};

/// What to say of a file that could not be opened, by its errno.
[[nodiscard]] Missing missing_because(int cause);

/// Where a URL's path leads below the site's folder.
struct SitePath {
    std::string name; // "a/b.html", without slashes at its ends; empty for the site's folder itself
    bool is_folder = false; // no file can be meant: it ends with a slash or a dot segment
};

/// Takes the percent-encoding off (RFC 3986 §2.1), then the dot segments (§5.2.4: above the top
/// there is only the top) and doubled slashes. Nothing when the encoding is malformed or hides a
/// NUL.
[[nodiscard]] std::optional<SitePath> parse_site_path(std::string_view path);

/// Names that begin with a dot are not there for anybody but ".well-known" (RFC 8615).
[[nodiscard]] bool is_hidden(std::string_view name);

using Found = std::variant<std::shared_ptr<const File>, Folder, Redirect, Missing>;

class Site {
public:
    /// Throws net::Error when `folder` can't be opened.
    explicit Site(const std::string& folder);

    /// What there is to send for a path: the file of that name, or a folder's index.html. Nothing
    /// hidden, and nothing outside the folder, is ever found.
    [[nodiscard]] Found find(const SitePath& path, FileCache& cache) const;
    /// The file of that very name.
    [[nodiscard]] std::variant<std::shared_ptr<const File>, Folder, Missing>
    open(const std::string& name, FileCache& cache) const;
    /// Of the file or folder that a symbolic link of that name leads to; nothing when it leads
    /// nowhere, outside, or to what is neither.
    [[nodiscard]] std::optional<struct stat> status_behind(const std::string& link) const;

private:
    net::FileDescriptor folder_;
};

} // namespace webserver
