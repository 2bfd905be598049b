// When a server under test is ready: read from the kernel's tables, without a connection.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/grade/peers/process.h"

namespace grade {

enum class Transport { tcp, udp };

/// The TCP ports with a listener, or the bound UDP ports, of this network; without DNS, whose
/// server is ours (name_server.h).
std::vector<std::uint16_t> open_ports(Transport transport);

/// The address to reach a TCP server at: 127.0.0.1, unless it listens on no IPv4 address but
/// another.
std::string address_of_listener(std::uint16_t port);

/// Waits until a process listens on a TCP port, or has bound a UDP port. An Error with what
/// `server` printed when it ends instead, or when it takes longer than 15 s.
void wait_until_open(Transport transport, std::uint16_t port, Process& server);

/// Waits until the server on a port has read all that its clients have sent, but not for longer
/// than 2 s: it may have its reasons.
void wait_until_read(Transport transport, std::uint16_t port);

} // namespace grade
