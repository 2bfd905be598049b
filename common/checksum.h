// The Internet checksum (RFC 1071) of IP, ICMP, UDP and TCP.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace net {

/// The ones' complement of the ones' complement sum of the 16-bit words of `bytes`, most
/// significant byte first; an odd last byte counts as if a zero followed. Any length, any
/// alignment. Store it high byte first. Over a packet that contains its checksum the result is 0.
[[nodiscard]] std::uint16_t internet_checksum(std::span<const std::byte> bytes);

} // namespace net
