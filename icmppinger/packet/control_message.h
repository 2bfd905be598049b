// ICMP's errors and advice: what a router says about a packet of ours, and the beginning of that
// packet, which it quotes (RFC 792, RFC 4443, RFC 4884).
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

/// An object behind the quotation (RFC 4884 §8).
struct Extension {
    std::uint8_t kind = 0; // class: 1 is MPLS's label stack
    std::uint8_t subkind = 0;
    Bytes content{};
    std::vector<MplsLabel> labels{};
};

/// The request that an error is about, as far as the error quotes it.
struct Quotation {
    net::Address destination{};
    std::optional<std::uint8_t> hops_left{}; // when it met its fate
    std::uint8_t type = 0;
    std::uint16_t identifier = 0;
    std::uint16_t sequence = 0;
    Bytes data{}; // of what followed the ICMP header, perhaps nothing
};

struct ControlMessage {
    Version version = Version::v4;
    std::uint8_t type = 0;
    std::uint8_t code = 0;
    net::Address reporter{};
    std::uint32_t mtu = 0;                  // of the next hop; 0 when it is not told
    std::optional<net::Address> gateway{};  // a redirect's
    std::optional<std::uint32_t> pointer{}; // to the wrong byte of the quoted packet
    std::optional<Packet> packet{};         // the quoted headers
    std::optional<Quotation> request{};     // if it is one of ICMP
    std::vector<Extension> extensions{};

    /// Whether the packet goes on all the same: source quench and redirect.
    [[nodiscard]] bool is_advice() const;
    /// Whether it reached the host or a router that won't pass it on: the end of a trace.
    [[nodiscard]] bool is_unreachable() const;
    [[nodiscard]] bool is_time_exceeded() const;
    [[nodiscard]] bool is_too_big() const;
};

/// Whether that type quotes a packet.
[[nodiscard]] bool is_control(Version version, std::uint8_t type);

/// What a message of such a type says; `reporter` has sent it. Whatever is missing or can't be
/// right stays empty.
[[nodiscard]] ControlMessage parse_control(const Message& message, const net::Address& reporter);

/// The ICMP request at the beginning of `bytes`; nothing when its header is not whole.
[[nodiscard]] std::optional<Quotation> parse_quoted_request(Version version, Bytes bytes);

/// The objects of an extension structure; none when its version or checksum is wrong, and none from
/// the first on that can't be right (RFC 4884 §7).
[[nodiscard]] std::vector<Extension> parse_extensions(Bytes bytes);

} // namespace icmppinger
