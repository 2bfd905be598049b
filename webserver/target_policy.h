// Which addresses this server connects to on somebody else's behalf: whoever may make it fetch must
// not reach through it what he cannot reach himself (the machine's own services, the home network,
// a cloud's metadata service at 169.254.169.254).
#pragma once

#include <string_view>

#include "common/address.h"

namespace webserver {

/// What kind of address this is, if it is none of a public host's: "a loopback address". Empty for
/// an ordinary one; those for documentation (203.0.113.0/24) count as ordinary. An IPv4 address
/// that is carried inside an IPv6 one (NAT64, 6to4) is judged as itself; mapped ones are refused
/// whatever they hold.
[[nodiscard]] std::string_view special_use(const net::Address& address);

/// Whether a client at this address is on this machine. A mapped IPv4 address, as a listener for
/// both families sees IPv4 clients, is the address it holds.
[[nodiscard]] bool is_loopback(const net::Address& address);

} // namespace webserver
