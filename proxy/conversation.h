// What is said on one client's connection: requests, and what becomes of them.
#pragma once

#include "common/socket.h"
#include "proxy/presence.h"
#include "proxy/service.h"

namespace proxy {

/// Serves the client until one of the two has had enough. Throws net::Error when the connection
/// breaks.
void converse(net::TcpStream& client, Presence& presence, const Service& service);

} // namespace proxy
