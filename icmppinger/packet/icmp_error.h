// ICMP errors and advice about a packet of ours; they quote the beginning of that packet (RFC 792,
// RFC 4443, RFC 4884).
#pragma once

#include <optional>
#include <vector>

#include "icmppinger/packet/ip.h"

namespace icmppinger {

/// An entry of a label stack (RFC 4950, RFC 3032 §2.1).
struct MplsLabel {
    std::uint32_t label = 0;
    std::uint8_t traffic_class = 0;
    bool is_last = false;
    std::uint8_t ttl = 0;
};

/// An extension object after the quotation (RFC 4884 §8).
struct Extension {
    std::uint8_t kind = 0; // class: 1 is MPLS's label stack
    std::uint8_t subkind = 0;
    Bytes content{};
    std::vector<MplsLabel> labels{};
};

/// The request that an error quotes, as far as it is quoted.
struct Quotation {
    net::Address destination{};
    std::optional<std::uint8_t> hops_left{}; // the quoted TTL
    std::uint8_t type = 0;
    std::uint16_t identifier = 0;
    std::uint16_t sequence = 0;
    Bytes data{}; // after the ICMP header; may be cut short or empty
};

struct IcmpError {
    Version version = Version::v4;
    std::uint8_t type = 0;
    std::uint8_t code = 0;
    net::Address reporter{};
    std::uint32_t mtu = 0;                  // of the next hop; 0 if not reported
    std::optional<net::Address> gateway{};  // of a redirect
    std::optional<std::uint32_t> pointer{}; // offset of the wrong byte in the quoted packet
    std::optional<Packet> packet{};         // the quoted headers
    std::optional<Quotation> request{};     // if the packet is ICMP
    std::vector<Extension> extensions{};

    /// Source quench or redirect: does not mean that the packet failed.
    [[nodiscard]] bool is_advice() const;
    /// Destination unreachable, except too big: the end of a trace.
    [[nodiscard]] bool is_unreachable() const;
    [[nodiscard]] bool is_time_exceeded() const;
    [[nodiscard]] bool is_too_big() const;
};

/// Whether messages of that type quote a packet.
[[nodiscard]] bool is_error_type(Version version, std::uint8_t type);

/// Parses a message of such a type, sent by `reporter`. Missing or invalid parts stay empty.
[[nodiscard]] IcmpError parse_icmp_error(const IcmpMessage& message, const net::Address& reporter);

/// The ICMP request at the beginning of `bytes`; nothing if its header is incomplete.
[[nodiscard]] std::optional<Quotation> parse_quoted_request(Version version, Bytes bytes);

/// The objects of an extension structure (RFC 4884 §7); none if its version or checksum is wrong.
/// Parsing stops at the first invalid object.
[[nodiscard]] std::vector<Extension> parse_extensions(Bytes bytes);

} // namespace icmppinger
