// A file that appears under its name whole or not at all.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "common/error.h"
#include "common/file_descriptor.h"

namespace net {

/// The disk's trouble, not the network's.
class StorageError : public Error {
public:
    using Error::Error;
};

class AsideFile {
public:
    /// Begins a file that is to be `name`, in the same folder; without any name where the file
    /// system can do that, so that nothing is left of it even after a kill. Throws StorageError, as
    /// all here do.
    explicit AsideFile(std::filesystem::path name, mode_t mode = 0666);
    /// Uncommitted, it vanishes.
    ~AsideFile();
    AsideFile(const AsideFile&) = delete;
    AsideFile& operator=(const AsideFile&) = delete;

    void write(std::string_view bytes);
    /// Puts it in its place, instead of what was there.
    void commit() { commit_as(name_); }
    /// The same with another name, in the same file system.
    void commit_as(const std::filesystem::path& name);

    /// Bytes written.
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// Its own, for reading what is written.
    [[nodiscard]] int descriptor() const { return file_.get(); }

private:
    [[nodiscard]] bool link_to(const std::filesystem::path& name) const;
    [[noreturn]] void fail() const;

    std::filesystem::path name_;
    std::filesystem::path aside_; // its name until then; empty as long as it has none
    FileDescriptor file_;
    std::uint64_t size_ = 0;
};

} // namespace net
