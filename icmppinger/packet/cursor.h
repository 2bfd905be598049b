// A bounds-checked reader of packets: wrong lengths in the data cannot lead it past the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace icmppinger {

using Bytes = std::span<const std::byte>;

/// Reads big-endian numbers and byte ranges. A read past the end returns 0 or an empty range and
/// makes is_good() false; check that once, after all reads.
class Cursor {
public:
    explicit Cursor(Bytes bytes) : rest_(bytes) {}

    /// Whether no read went past the end.
    [[nodiscard]] bool is_good() const { return good_; }
    [[nodiscard]] Bytes rest() const { return rest_; }

    Bytes take(std::size_t count)
    {
        if (count > rest_.size()) {
            good_ = false;
            rest_ = {};
            return {};
        }
        const Bytes piece = rest_.first(count);
        rest_ = rest_.subspan(count);
        return piece;
    }

    std::uint8_t number8() { return static_cast<std::uint8_t>(number(1)); }
    std::uint16_t number16() { return static_cast<std::uint16_t>(number(2)); }
    std::uint32_t number32() { return number(4); }

private:
    std::uint32_t number(std::size_t size)
    {
        constexpr int byte_bits = 8;
        std::uint32_t value = 0;
        for (const std::byte byte : take(size))
            value = value << byte_bits | std::to_integer<std::uint32_t>(byte);
        return value;
    }

    Bytes rest_;
    bool good_ = true;
};

} // namespace icmppinger
