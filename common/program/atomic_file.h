// A file that appears under its name complete or not at all.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "common/error.h"
#include "common/file_descriptor.h"

namespace net {

/// A failure of the file system, not of the network.
class StorageError : public Error {
public:
    using Error::Error;
};

class AtomicFile {
public:
    /// Creates a file in the folder of `name`, to get that name by commit(). Until then it has no
    /// name where the file system supports that (O_TMPFILE), so that nothing remains even after a
    /// kill. Throws StorageError, as all calls here do.
    explicit AtomicFile(std::filesystem::path name, mode_t mode = 0666);
    /// Deletes the file unless it was committed.
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(std::string_view bytes);
    /// Gives the file its name; replaces a file of that name.
    void commit() { commit_as(name_); }
    /// The same with another name, in the same file system.
    void commit_as(const std::filesystem::path& name);

    /// Bytes written.
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// The file's descriptor, for reading the bytes written; it stays owned here.
    [[nodiscard]] int descriptor() const { return file_.get(); }

private:
    [[nodiscard]] bool link_to(const std::filesystem::path& name) const;
    [[noreturn]] void fail() const;

    std::filesystem::path name_;
    std::filesystem::path temporary_name_; // empty while the file has none
    FileDescriptor file_;
    std::uint64_t size_ = 0;
};

} // namespace net
