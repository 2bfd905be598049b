// What an HTTP server does with its end of a connection.
#pragma once

#include "common/socket.h"
#include "common/stream.h"

namespace http {

/// Waits for bytes with which a request's head may be complete or wrong: those that end a line, or
/// too many. False at the end of the stream.
[[nodiscard]] bool fill_line(net::Reader& reader, net::Deadline deadline);

/// To be called after the last answer, which would be lost to a reset if the connection were closed
/// while the client still sends (RFC 9112 §9.6): reads on for a while, to nobody's use.
void linger(net::TcpStream& client);

} // namespace http
