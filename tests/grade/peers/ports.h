// When a server under test is ready: read from the kernel's tables, without a connection.
#pragma once

#include <cstdint>

#include "tests/grade/peers/process.h"

namespace grade {

enum class Transport { tcp, udp };

/// Waits until a process listens on a TCP port, or has bound a UDP port. An Error with what
/// `server` printed when it ends instead, or when it takes longer than 15 s.
void wait_until_open(Transport transport, std::uint16_t port, Process& server);

/// Waits until the server on a port has read all that its clients have sent, but not for longer
/// than 2 s: it may have its reasons.
void wait_until_read(Transport transport, std::uint16_t port);

} // namespace grade
