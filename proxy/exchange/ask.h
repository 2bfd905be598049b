// A request on its way to the next hop.
#pragma once

#include <memory>

#include "common/http/body.h"
#include "proxy/exchange/service.h"
#include "proxy/message/forwarded_head.h"
#include "proxy/message/request.h"
#include "proxy/message/response_writer.h"
#include "proxy/origin/origin_request.h"

namespace proxy {

/// Asks the next hop, with the request's body as the client sends it (`body`). Interim answers go
/// to the client at once. Throws Refusal when there is no answer.
[[nodiscard]] std::unique_ptr<Inquiry> ask(const Request& request, OutgoingRequest outgoing,
                                           http::Body& body, ClientSide client, Delivery& delivery,
                                           const Service& service);

} // namespace proxy
