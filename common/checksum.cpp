#include "common/checksum.h"

#include <bit>
#include <cstring>

namespace net {

// RFC 1071 §2 (B, C) allows adding in the machine's own byte order and over wider words, with a
// correction at the end: 32-bit words are added into 64 bits, which hold 2^32 of them (16 GiB)
// before a carry is lost.
std::uint16_t internet_checksum(std::span<const std::byte> bytes)
{
    constexpr std::size_t word = sizeof(std::uint32_t);
    std::uint64_t sum = 0;
    std::size_t position = 0;
    for (; position + word <= bytes.size(); position += word) {
        std::uint32_t value = 0;
        std::memcpy(&value, bytes.data() + position, word);
        sum += value;
    }
    std::uint32_t rest = 0; // up to three last bytes, padded with zeros
    if (position < bytes.size())
        std::memcpy(&rest, bytes.data() + position, bytes.size() - position);
    sum += rest;

    while (sum >> 16 != 0)
        sum = (sum >> 16) + (sum & 0xffff);
    const auto folded = static_cast<std::uint16_t>(~sum);
    if constexpr (std::endian::native == std::endian::little)
        return static_cast<std::uint16_t>(folded << 8 | folded >> 8);
    return folded;
}

} // namespace net
