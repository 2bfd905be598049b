// Distinguishes a slow receiver, which acknowledges little at a time, from a stalled one.
#pragma once

#include <cstddef>
#include <utility>

namespace proxy {

class SendProgress {
public:
    /// The bytes that the peer has not acknowledged (net::TcpStream::unacknowledged()).
    explicit constexpr SendProgress(std::size_t unacknowledged) : unacknowledged_(unacknowledged) {}

    /// Whether there are fewer such bytes than at the last call.
    [[nodiscard]] bool has_advanced(std::size_t unacknowledged)
    {
        const std::size_t before = std::exchange(unacknowledged_, unacknowledged);
        return unacknowledged < before;
    }

private:
    std::size_t unacknowledged_;
};

} // namespace proxy
