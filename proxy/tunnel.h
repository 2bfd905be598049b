// Bytes both ways between two connections until both have ended (RFC 9110 §9.3.6).
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "common/tcp_socket.h"

namespace proxy {

/// One side of a tunnel, and what it has sent already.
struct TunnelEnd {
    net::TcpStream& stream;
    std::string_view early;
};

/// What went through.
struct TunnelTraffic {
    std::uint64_t from_client = 0;
    std::uint64_t to_client = 0;
};

/// Carries bytes until both directions have ended, one is broken (then the other side is told by a
/// reset), or neither has moved for `idle`. The end of one direction is passed on, and the other
/// goes on.
TunnelTraffic run_tunnel(TunnelEnd client, TunnelEnd server, std::chrono::milliseconds idle);

} // namespace proxy
