// The body of a stored response: in memory, or in an open file. Immutable.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "common/file_descriptor.h"

namespace proxy {

class StoredBody {
public:
    explicit StoredBody(std::string bytes) : size_(bytes.size()), bytes_(std::move(bytes)) {}
    /// The first `size` bytes of a file.
    StoredBody(net::FileDescriptor file, std::uint64_t size) : size_(size), bytes_(std::move(file))
    {
    }

    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// The whole body, if it is in memory.
    [[nodiscard]] std::optional<std::string_view> in_memory() const;
    /// Reads up to `buffer.size()` bytes from `offset` on: the count, 0 at the end. Throws Error
    /// when the file has become shorter.
    [[nodiscard]] std::size_t read(std::uint64_t offset, std::span<char> buffer) const;
    /// FNV-1a of the whole body.
    [[nodiscard]] std::uint64_t hash() const;

private:
    std::uint64_t size_;
    std::variant<std::string, net::FileDescriptor> bytes_;
};

} // namespace proxy
