// The proxy's own pages, for requests to the proxy itself.
#pragma once

#include "proxy/exchange/exchange.h"

namespace proxy {

/// Responds to a request for this proxy itself. Throws net::Error when the client has disconnected.
[[nodiscard]] Outcome serve_own_page(const Request& request, ClientSide client,
                                     const Service& service);

/// Asks a client without a valid login for one (407).
[[nodiscard]] Outcome require_login(const Request& request, ClientSide client,
                                    const Service& service);

} // namespace proxy
