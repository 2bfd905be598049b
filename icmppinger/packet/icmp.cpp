#include "icmppinger/packet/icmp.h"

#include <algorithm>

#include "common/checksum.h"

namespace icmppinger {
namespace {

constexpr std::size_t checksum_place = 2;

/// Writes a big-endian 16-bit number.
void put(std::span<std::byte> bytes, std::size_t place, std::uint16_t number)
{
    constexpr int byte_bits = 8;
    bytes[place] = static_cast<std::byte>(number >> byte_bits);
    bytes[place + 1] = static_cast<std::byte>(number);
}

} // namespace

std::optional<IcmpMessage> parse_message(Version version, Bytes bytes)
{
    Cursor cursor(bytes);
    IcmpMessage message{.version = version, .bytes = bytes};
    message.type = cursor.number8();
    message.code = cursor.number8();
    message.checksum = cursor.number16();
    message.rest = cursor.number32();
    message.body = cursor.rest();
    if (!cursor.is_good()) return std::nullopt;
    return message;
}

bool has_right_checksum(const IcmpMessage& message)
{
    return message.version == Version::v6 || net::internet_checksum(message.bytes) == 0;
}

// RFC 792, page 14; RFC 4443 §4.1:
//
//     0                   1                   2                   3
//     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//    |     Type      |     Code      |          Checksum             |
//    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//    |           Identifier          |        Sequence Number        |
//    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//    |     Data ...
//    +-+-+-+-+-
void write_message(std::vector<std::byte>& buffer, Version version, const RequestHeader& request,
                   Bytes body)
{
    buffer.resize(header_size + body.size());
    buffer[0] = static_cast<std::byte>(request.type);
    buffer[1] = std::byte{0}; // the code of all requests
    put(buffer, checksum_place, 0);
    put(buffer, 4, request.identifier);
    put(buffer, 6, request.sequence);
    std::ranges::copy(body, buffer.begin() + header_size);
    if (version == Version::v4) put(buffer, checksum_place, net::internet_checksum(buffer));
}

} // namespace icmppinger
