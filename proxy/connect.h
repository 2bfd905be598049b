// Handles CONNECT requests.
#pragma once

#include "proxy/client_state.h"
#include "proxy/exchange/exchange.h"

namespace proxy {

/// Opens the tunnel that `request`, a CONNECT, asks for and relays until its end; or sends an error
/// response. Throws net::Error when the client has disconnected.
[[nodiscard]] Outcome tunnel(const Request& request, ClientSide client, ClientState& client_state,
                             const Service& service);

} // namespace proxy
