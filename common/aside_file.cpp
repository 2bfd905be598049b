#include "common/aside_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <random>

namespace net {
namespace {

/// A name beside `name` that nobody has thought of; short, as the file system bounds it.
std::filesystem::path name_beside(const std::filesystem::path& name)
{
    std::random_device random;
    const auto number = std::uint64_t{random()} << 32 | random();
    return name.parent_path() / (".aside-" + std::to_string(number));
}

std::filesystem::path folder_of(const std::filesystem::path& name)
{
    return name.has_parent_path() ? name.parent_path() : ".";
}

} // namespace

AsideFile::AsideFile(std::filesystem::path name, mode_t mode)
    : name_(std::move(name)),
      file_(::open(folder_of(name_).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, mode))
{
    if (file_) return;
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) fail();
    aside_ = name_beside(name_);
    file_ = FileDescriptor(::open(aside_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file_) fail();
}

AsideFile::~AsideFile()
{
    if (!aside_.empty()) ::unlink(aside_.c_str());
}

void AsideFile::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
        if (count == -1 && errno == EINTR) continue;
        if (count == -1) fail();
        size_ += static_cast<std::uint64_t>(count);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void AsideFile::commit_as(const std::filesystem::path& name)
{
    if (aside_.empty()) { // rename(2) replaces, linkat(2) does not: it takes both
        const std::string self = "/proc/self/fd/" + std::to_string(file_.get());
        const auto aside = name_beside(name);
        if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, aside.c_str(), AT_SYMLINK_FOLLOW) == -1)
            fail();
        aside_ = aside;
    }
    if (::rename(aside_.c_str(), name.c_str()) == -1) fail();
    aside_.clear();
}

void AsideFile::fail() const
{
    throw StorageError("write " + name_.string() + ": " + reason(errno), errno);
}

} // namespace net
