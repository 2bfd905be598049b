// What the proxy says of itself, asked directly instead of for somebody else's page.
#pragma once

#include "proxy/exchange/exchange.h"

namespace proxy {

/// Answers a request that has no target but this proxy. Throws net::Error when the client has gone.
[[nodiscard]] Outcome answer_own(const Request& request, ClientSide client, const Service& service);

/// Asks a client for the login that it has not given (407).
[[nodiscard]] Outcome ask_for_login(const Request& request, ClientSide client,
                                    const Service& service);

} // namespace proxy
