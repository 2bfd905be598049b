// Addresses to which the fetcher does not connect: a client must not reach through this server what
// it cannot reach directly (the machine's own services, the home network, a cloud's metadata
// service at 169.254.169.254).
#pragma once

#include <string_view>

#include "common/address.h"

namespace webserver {

/// The kind of a special-purpose address, "a loopback address (127.0.0.0/8)"; empty for a public
/// one. Documentation addresses (203.0.113.0/24) count as public. An IPv4 address inside an IPv6
/// one (mapped, NAT64, 6to4) is judged as the IPv4 address.
[[nodiscard]] std::string_view special_use(const net::Address& address);

} // namespace webserver
