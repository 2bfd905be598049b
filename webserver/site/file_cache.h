// A file of the site, and the small files that were requested recently.
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/file_descriptor.h"

namespace webserver {

/// A regular file of the site, in its state when opened.
struct File {
    std::string name; // below the site's folder, without a slash at the start
    std::uint64_t size = 0;
    std::chrono::sys_seconds modified{};
    std::string type{};             // Content-Type
    std::string_view coding{};      // Content-Encoding that the name stands for; empty for none
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

} // namespace webserver
