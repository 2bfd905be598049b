// Blocks of IP addresses for access rules: 10.0.0.0/8, fe80::/10.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "common/address.h"

namespace net {

/// All addresses that begin with a given prefix. An IPv4-mapped address (::ffff:192.0.2.1), as a
/// dual-stack listener reports for IPv4 clients, counts as the IPv4 address.
class AddressBlock {
public:
    /// "192.0.2.0/24", "2001:db8::/32", or one address alone. Throws Error.
    explicit AddressBlock(const std::string& text);

    [[nodiscard]] bool contains(const Address& address) const;

private:
    std::array<std::uint8_t, 16> start_{}; // IPv4 in its mapped form
    unsigned length_ = 0;                  // in bits, of the mapped form
};

/// Whether this address leads to the host itself: 127.0.0.0/8 or ::1, or the unspecified addresses
/// 0.0.0.0/8 and ::, because a connect to 0.0.0.0 or :: reaches the loopback.
[[nodiscard]] bool leads_to_loopback(const Address& address);

/// 169.254.0.0/16 or fe80::/10, where cloud metadata services are, for example.
[[nodiscard]] bool is_link_local(const Address& address);

/// Why packets to `address` may fail with that errno, as a remedy in parentheses behind an error
/// text: " (add the interface: fe80::1%eth0)"; empty when there is none.
[[nodiscard]] std::string remedy_for_route(const Address& address, int cause);

/// What a packet to `address` reaches: the IPv4 address inside a NAT64 address, such as
/// 64:ff9b::192.0.2.1 (RFC 6052), or a 6to4 address, such as 2002:c000:201:: (RFC 3056); else
/// `address` itself. For rules about targets, which a disguise must not pass.
[[nodiscard]] Address behind_translation(const Address& address);

} // namespace net
