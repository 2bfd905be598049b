// Sends a request to the next hop.
#pragma once

#include <memory>

#include "common/http/body.h"
#include "proxy/exchange/service.h"
#include "proxy/message/forwarded_head.h"
#include "proxy/message/request.h"
#include "proxy/message/response_writer.h"
#include "proxy/origin/origin_request.h"

namespace proxy {

/// Sends the request to the next hop, with the request's body as it arrives from the client
/// (`body`). Interim responses (1xx) go to the client at once. Throws HttpError when there is no
/// response.
[[nodiscard]] std::unique_ptr<OriginRequest>
send_to_next_hop(const Request& request, OutgoingRequest outgoing, http::Body& body,
                 ClientSide client, ResponseWriter& writer, const Service& service);

} // namespace proxy
