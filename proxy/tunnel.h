// Relays bytes both ways between two connections until both have ended (RFC 9110 §9.3.6).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

#include "common/tcp_socket.h"

namespace proxy {

/// One side of a tunnel, and the bytes already read from it.
struct TunnelEnd {
    net::TcpStream& stream;
    std::string_view early;
};

/// Bytes relayed.
struct TunnelTraffic {
    std::uint64_t from_client = 0;
    std::uint64_t to_client = 0;
};

/// Relays bytes until both directions have ended, one connection breaks (then both are reset), or
/// neither direction makes progress for `idle`. When one direction ends, its receiver sees the end
/// of the stream and the other direction goes on. Calls `on_transfer` when bytes have moved.
TunnelTraffic run_tunnel(TunnelEnd client, TunnelEnd server, std::chrono::milliseconds idle,
                         const std::function<void()>& on_transfer);

} // namespace proxy
