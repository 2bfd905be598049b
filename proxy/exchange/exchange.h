// One request of a client and the answer to it: ask the next hop, deliver what it says.
#pragma once

#include "proxy/exchange/outcome.h"
#include "proxy/exchange/service.h"
#include "proxy/message/request.h"
#include "proxy/origin/request_body.h"

namespace proxy {

/// Forwards `request`, which has a target, and delivers the answer, or a page that says why there
/// is none. Throws net::Error when the client has gone.
[[nodiscard]] Outcome exchange(const Request& request, ClientSide client, const Service& service);

/// Throws Refusal when the request cannot be forwarded, whatever its target: it has been here
/// before, for one.
void check(const Request& request, const Service& service);

} // namespace proxy
