// What is said on one client's connection: requests, and what becomes of them.
#pragma once

#include "common/tcp_socket.h"
#include "proxy/client_state.h"
#include "proxy/exchange/service.h"

namespace proxy {

/// Serves the client until one of the two has had enough. Throws net::Error when the connection
/// breaks.
void converse(net::TcpStream& client, Presence& presence, const Service& service);

} // namespace proxy
