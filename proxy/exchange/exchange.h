// Handles one request of a client: forwards it to the next hop and sends the response.
#pragma once

#include "proxy/exchange/outcome.h"
#include "proxy/exchange/service.h"
#include "proxy/message/request.h"
#include "proxy/origin/request_body.h"

namespace proxy {

/// Forwards `request`, which has a target, and sends the response, or an error page when there is
/// none. Throws net::Error when the client has disconnected.
[[nodiscard]] Outcome exchange(const Request& request, ClientSide client, const Service& service);

/// Throws HttpError when the request cannot be forwarded, whatever its target (a loop, for
/// example).
void check(const Request& request, const Service& service);

} // namespace proxy
