#include "proxy/store/stored_body.h"

#include <unistd.h>

#include <algorithm>
#include <vector>

#include "common/error.h"
#include "proxy/cache/stored_head.h"

namespace proxy {

std::optional<std::string_view> StoredBody::in_memory() const
{
    const auto* bytes = std::get_if<std::string>(&bytes_);
    if (bytes == nullptr) return std::nullopt;
    return *bytes;
}

std::size_t StoredBody::read(std::uint64_t offset, std::span<char> buffer) const
{
    if (offset >= size_) return 0;
    const auto most =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size_ - offset));
    if (const auto bytes = in_memory()) return bytes->copy(buffer.data(), most, offset);
    const int file = std::get<net::FileDescriptor>(bytes_).get();
    for (;;) {
        const ssize_t count = ::pread(file, buffer.data(), most, static_cast<off_t>(offset));
        if (count == -1 && errno == EINTR) continue;
        if (count == -1) net::fail("read a stored response");
        if (count == 0) throw net::Error("read a stored response: its file has become shorter");
        return static_cast<std::size_t>(count);
    }
}

std::uint64_t StoredBody::hash() const
{
    if (const auto bytes = in_memory()) return hash_of(*bytes);
    constexpr std::size_t piece_size = std::size_t{64} * 1024;
    std::vector<char> buffer(piece_size);
    Fnv1a hash;
    for (std::uint64_t at = 0; at < size_;) {
        const std::size_t count = read(at, buffer);
        hash.add({buffer.data(), count});
        at += count;
    }
    return hash.value();
}

} // namespace proxy
