// Blocks of IP addresses, as access rules name them: 10.0.0.0/8, fe80::/10.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "common/address.h"

namespace net {

/// The addresses whose first bits are those of a given one. An IPv4 address that is mapped into
/// IPv6 (::ffff:192.0.2.1), as a listener for both families sees IPv4 clients, is the address it
/// holds.
class AddressBlock {
public:
    /// "192.0.2.0/24", "2001:db8::/32", or one address alone. Throws Error.
    explicit AddressBlock(const std::string& text);

    [[nodiscard]] bool contains(const Address& address) const;

private:
    std::array<std::uint8_t, 16> start_{}; // IPv4 as mapped
    unsigned length_ = 0;                  // in bits, of the mapped form
};

/// Whether this address leads to the host itself: 127.0.0.0/8 or ::1, or the unspecified addresses
/// 0.0.0.0 and ::, which the kernel takes for them when somebody connects.
[[nodiscard]] bool leads_to_loopback(const Address& address);

/// 169.254.0.0/16 or fe80::/10: where a cloud's metadata service is, for one.
[[nodiscard]] bool is_link_local(const Address& address);

} // namespace net
