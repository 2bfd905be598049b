// Parses IP headers from raw sockets and from quotations in ICMP errors (RFC 791, RFC 8200).
#pragma once

#include <optional>

#include "common/address.h"
#include "icmppinger/packet/icmp.h"

namespace icmppinger {

/// A parsed packet, whole or only its beginning. The caller owns the bytes that it refers to.
struct Packet {
    Version version = Version::v4;
    net::Address source{};
    net::Address destination{};
    std::uint8_t traffic_class = 0; // IPv4's type of service
    std::uint16_t length = 0;       // by the header: IPv4's whole packet, IPv6's without its header
    std::uint16_t identification = 0;
    bool dont_fragment = false;
    bool more_fragments = false;
    std::uint16_t fragment_offset = 0; // in bytes
    std::uint8_t hops_left = 0;        // TTL, hop limit
    std::uint8_t protocol = 0;         // behind IPv6's extension headers
    std::uint16_t checksum = 0;        // IPv4's own
    Bytes header{};                    // with IPv4's options or IPv6's extension headers
    Bytes options{};                   // IPv4's
    Bytes payload{};                   // the bytes present, at most up to `length`
};

/// The headers at the beginning of `bytes`; nothing if they are incomplete or invalid.
[[nodiscard]] std::optional<Packet> parse_packet(Version version, Bytes bytes);

/// The addresses of a record route option (RFC 791, page 20), in path order.
[[nodiscard]] std::vector<net::Address> recorded_route(Bytes options);

} // namespace icmppinger
