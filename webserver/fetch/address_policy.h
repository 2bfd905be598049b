// Which addresses this server connects to on somebody else's behalf: whoever may make it fetch must
// not reach through it what he cannot reach himself (the machine's own services, the home network,
// a cloud's metadata service at 169.254.169.254).
#pragma once

#include <string_view>

#include "common/address.h"

namespace webserver {

/// What kind of address this is, if it is none of a public host's: "a loopback address". Empty for
/// an ordinary one; those for documentation (203.0.113.0/24) count as ordinary. An IPv4 address
/// that is carried inside an IPv6 one (mapped, NAT64, 6to4) is judged as itself.
[[nodiscard]] std::string_view special_use(const net::Address& address);

} // namespace webserver
