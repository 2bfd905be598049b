// CONNECT: from a request to a tunnel.
#pragma once

#include "proxy/client_state.h"
#include "proxy/exchange/exchange.h"

namespace proxy {

/// Opens the tunnel that `request`, a CONNECT, asks for and serves it until its end; or says why
/// not. Throws net::Error when the client has gone.
[[nodiscard]] Outcome tunnel(const Request& request, ClientSide client, Presence& presence,
                             const Service& service);

} // namespace proxy
