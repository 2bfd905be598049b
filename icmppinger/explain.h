// A packet as the RFCs draw it, with this packet's values in the fields and its bytes beside them:
// what a teacher shows on the wall.
#pragma once

#include <string>

#include "icmppinger/icmp_socket.h"

namespace icmppinger {

/// A message of ours to `to`. The kernel adds the IP header, and to ICMPv6 the checksum.
[[nodiscard]] std::string explain_sent(Version version, Bytes message, const net::Address& to);

/// A message that has come, with its IP header where the socket shows it, and what it quotes.
[[nodiscard]] std::string explain_received(Version version, const Received& received);

} // namespace icmppinger
