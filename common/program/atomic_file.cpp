#include "common/program/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <random>

namespace net {
namespace {

/// A name in the folder of `name` for file number `number`; short, because file systems limit it.
std::filesystem::path name_beside(const std::filesystem::path& name, std::uint64_t number)
{
    return name.parent_path() / (".aside-" + std::to_string(number));
}

/// An unpredictable name in the folder of `name`.
std::filesystem::path random_name_beside(const std::filesystem::path& name)
{
    std::random_device random;
    return name_beside(name, std::uint64_t{random()} << 32 | random());
}

/// The inode number, unique in the file system while the file exists; 0 when fstat fails.
std::uint64_t number_of(int file)
{
    struct stat status {};
    return ::fstat(file, &status) == 0 ? status.st_ino : 0;
}

std::filesystem::path folder_of(const std::filesystem::path& name)
{
    return name.has_parent_path() ? name.parent_path() : ".";
}

} // namespace

AtomicFile::AtomicFile(std::filesystem::path name, mode_t mode)
    : name_(std::move(name)),
      file_(::open(folder_of(name_).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, mode))
{
    if (file_) return;
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) fail();
    temporary_name_ = random_name_beside(name_);
    file_ = FileDescriptor(
        ::open(temporary_name_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file_) fail();
}

AtomicFile::~AtomicFile()
{
    if (!temporary_name_.empty()) ::unlink(temporary_name_.c_str());
}

void AtomicFile::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
        if (count == -1 && errno == EINTR) continue;
        if (count == -1) fail();
        size_ += static_cast<std::uint64_t>(count);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void AtomicFile::commit_as(const std::filesystem::path& name)
{
    if (temporary_name_
            .empty()) { // linkat(2) cannot replace a file, rename(2) needs a name: use both
        if (link_to(name)) return;
        const auto temporary_name = name_beside(name, number_of(file_.get()));
        if (!link_to(temporary_name)) fail();
        temporary_name_ = temporary_name;
    }
    if (::rename(temporary_name_.c_str(), name.c_str()) == -1) fail();
    temporary_name_.clear();
}

/// False when `name` exists already.
bool AtomicFile::link_to(const std::filesystem::path& name) const
{
    const std::string self = "/proc/self/fd/" + std::to_string(file_.get());
    if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0)
        return true;
    if (errno != EEXIST) fail();
    return false;
}

void AtomicFile::fail() const
{
    throw StorageError("write " + name_.string() + ": " + reason(errno), errno);
}

} // namespace net
