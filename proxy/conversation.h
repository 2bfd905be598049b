// Serves the requests on one client's connection.
#pragma once

#include "common/tcp_socket.h"
#include "proxy/client_state.h"
#include "proxy/exchange/service.h"

namespace proxy {

/// Serves requests until the client or the proxy ends the connection. Throws net::Error when the
/// connection breaks.
void converse(net::TcpStream& client, ClientState& client_state, const Service& service);

} // namespace proxy
