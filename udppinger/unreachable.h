// What an ICMP error about a datagram of ours means, in words.
#pragma once

#include <string>

#include "common/udp_socket.h"

namespace udppinger {

/// "Destination Port Unreachable: no program listens there"; a type or code that is not known is
/// shown by its number.
[[nodiscard]] std::string meaning_of(const net::DatagramError& error);

} // namespace udppinger
