// One request of a client and the answer to it: ask the next hop, deliver what it says.
#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/exchange/service.h"
#include "proxy/message/error_page.h"
#include "proxy/message/request.h"
#include "proxy/message/response_writer.h"
#include "proxy/origin/request_body.h"

namespace proxy {

/// What became of a request.
struct Outcome {
    int status = 0;
    std::uint64_t sent = 0; // bytes of the answer's body
    bool keeps_connection = false;
    std::string verdict{};
    bool is_cut_off = false; // the connection is to be closed without another word
};

/// Forwards `request`, which has a target, and delivers the answer, or a page that says why there
/// is none. Throws net::Error when the client has gone.
[[nodiscard]] Outcome exchange(const Request& request, ClientSide client, const Service& service);

/// Throws Refusal when the request cannot be forwarded, whatever its target: it has been here
/// before, for one.
void check(const Request& request, const Service& service);

/// Asks the next hop, with the request's body as the client sends it (`body`). Interim answers go
/// to the client at once. Throws Refusal when there is no answer.
[[nodiscard]] std::unique_ptr<Inquiry> ask(const Request& request, OutgoingRequest outgoing,
                                           http::Body& body, ClientSide client, Delivery& delivery,
                                           const Service& service);

/// Delivers an answer of the proxy's own.
[[nodiscard]] Outcome deliver(const OwnAnswer& answer, Delivery& delivery);

} // namespace proxy
