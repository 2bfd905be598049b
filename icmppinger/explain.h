// --explain: packets drawn as in the RFCs, with their field values and their bytes beside them.
#pragma once

#include <string>

#include "icmppinger/icmp_socket.h"

namespace icmppinger {

/// Draws a message sent to `to`. The kernel adds the IP header and ICMPv6's checksum.
[[nodiscard]] std::string explain_sent(Version version, Bytes message, const net::Address& to);

/// Draws a received message, its IP header if the socket delivers it, and the packet it quotes.
[[nodiscard]] std::string explain_received(Version version, const Received& received);

} // namespace icmppinger
