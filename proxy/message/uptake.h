// Tells a slow receiver, which acknowledges little at a time, from a stalled one.
#pragma once

#include <cstddef>
#include <utility>

namespace proxy {

class Uptake {
public:
    /// `untaken`: the bytes that the peer has not acknowledged (net::TcpStream::untaken()).
    explicit constexpr Uptake(std::size_t untaken) : untaken_(untaken) {}

    /// Whether these bytes are fewer than at the last call.
    [[nodiscard]] bool goes_on(std::size_t untaken)
    {
        const std::size_t before = std::exchange(untaken_, untaken);
        return untaken < before;
    }

private:
    std::size_t untaken_;
};

} // namespace proxy
