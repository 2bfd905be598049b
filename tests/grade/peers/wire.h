// The packets on loopback, through a socket that the grader has opened: tells which port a program
// turns to, whatever address and port it has built in.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/deadline.h"
#include "tests/grade/peers/ports.h"

namespace grade {

/// Whether the grader has opened such a socket ($GRADE_WIRE).
bool has_wire();

/// The port that the next new TCP connection or UDP datagram goes to, queries to DNS excepted;
/// nullopt when there is none before the deadline. Packets since the case began count.
std::optional<std::uint16_t> next_port(Transport transport, net::Deadline deadline);

/// The port that an IPv4 packet goes to; nullopt when it is of another transport, or no SYN.
std::optional<std::uint16_t> port_of(std::string_view packet, Transport transport);

} // namespace grade
