// Writes and parses ICMP messages (RFC 792, RFC 4443). Bytes only, no socket.
#pragma once

#include <optional>
#include <vector>

#include "common/ping/icmp_names.h"
#include "icmppinger/packet/cursor.h"

namespace icmppinger {

/// The protocol of a message, ICMP or ICMPv6: their type numbers differ.
using Version = net::IcmpVersion;

/// ICMP's types (RFC 792, RFC 950).
enum class Type : std::uint8_t {
    echo_reply = 0,
    destination_unreachable = 3,
    source_quench = 4,
    redirect = 5,
    echo = 8,
    time_exceeded = 11,
    parameter_problem = 12,
    timestamp = 13,
    timestamp_reply = 14,
    information_request = 15,
    information_reply = 16,
    mask_request = 17,
    mask_reply = 18,
};

/// ICMPv6's types (RFC 4443).
enum class Type6 : std::uint8_t {
    destination_unreachable = 1,
    packet_too_big = 2,
    time_exceeded = 3,
    parameter_problem = 4,
    echo = 128,
    echo_reply = 129,
};

/// The type's number in the protocol.
constexpr std::uint8_t number_of(Type type)
{
    return static_cast<std::uint8_t>(type);
}
constexpr std::uint8_t number_of(Type6 type)
{
    return static_cast<std::uint8_t>(type);
}

/// ICMP's and ICMPv6's numbers in IP headers.
constexpr std::uint8_t protocol_number(Version version)
{
    constexpr std::uint8_t icmp = 1;
    constexpr std::uint8_t icmpv6 = 58;
    return version == Version::v4 ? icmp : icmpv6;
}

inline constexpr std::size_t header_size = 8;

/// A parsed message. The caller owns the bytes that it refers to.
struct IcmpMessage {
    Version version = Version::v4;
    std::uint8_t type = 0;
    std::uint8_t code = 0;
    std::uint16_t checksum = 0;
    std::uint32_t rest = 0; // the header's second half; its meaning depends on the type
    Bytes body{};           // after the header
    Bytes bytes{};          // the whole message

    /// The second half of the header of echoes and other queries.
    [[nodiscard]] std::uint16_t identifier() const
    {
        return static_cast<std::uint16_t>(rest >> 16);
    }
    [[nodiscard]] std::uint16_t sequence() const { return static_cast<std::uint16_t>(rest); }
};

/// Nothing if the header is incomplete.
[[nodiscard]] std::optional<IcmpMessage> parse_message(Version version, Bytes bytes);

/// Whether the message's checksum is right. True for ICMPv6: its checksum also covers the
/// addresses, and the kernel checks it and drops wrong messages (RFC 3542 §3.1).
[[nodiscard]] bool has_right_checksum(const IcmpMessage& message);

/// The header fields of a request.
struct RequestHeader {
    std::uint8_t type = 0;
    std::uint16_t identifier = 0;
    std::uint16_t sequence = 0;
};

/// Writes a message of this header and `body` into `buffer`, replacing its content. Fills in
/// ICMP's checksum; the kernel fills in ICMPv6's.
void write_message(std::vector<std::byte>& buffer, Version version, const RequestHeader& request,
                   Bytes body);

} // namespace icmppinger
