// A file descriptor with one owner, which closes it in its destructor.
#pragma once

#include <unistd.h>

#include <utility>

namespace net {

class FileDescriptor {
public:
    FileDescriptor() = default;
    /// Takes ownership of an open descriptor; -1 stands for none.
    explicit FileDescriptor(int descriptor) noexcept : descriptor_(descriptor) {}
    FileDescriptor(FileDescriptor&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1))
    {
    }
    FileDescriptor& operator=(FileDescriptor&& other) noexcept
    {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    ~FileDescriptor()
    {
        if (descriptor_ != -1) ::close(descriptor_);
    }

    [[nodiscard]] int get() const noexcept { return descriptor_; }
    explicit operator bool() const noexcept { return descriptor_ != -1; }

private:
    int descriptor_ = -1;
};

} // namespace net
