#include "proxy/exchange/send_to_next_hop.h"

#include <string>
#include <utility>

#include "common/http/date.h"
#include "proxy/message/header_diff.h"

namespace proxy {

std::unique_ptr<OriginRequest> send_to_next_hop(const Request& request, OutgoingRequest outgoing,
                                                http::Body& body, ClientSide client,
                                                ResponseWriter& writer, const Service& service)
{
    if (service.login.is_required()) remove(outgoing.fields, "Proxy-Authorization"); // for us
    RequestToSend to_send{.method = outgoing.method, .head = outgoing.text()};
    to_send.client = &client.stream;
    to_send.authenticates_connection = outgoing.authenticates_connection();
    if (request.has_body())
        to_send.body.emplace(client, body, outgoing.has_chunked_body, to_send.head);
    const auto on_interim = [&](const http::ReceivedResponse& interim) {
        writer.send_interim(incoming_response(interim, service.pseudonym,
                                              service.upstream.next_hop(), http::now()));
    };
    const bool may_retry = is_idempotent(request.method()) && !request.has_body();
    const bool is_shown = service.transcript.is_on();
    const std::string server = service.upstream.name_for(*request.target());
    if (is_shown)
        service.transcript.write("to " + server, http::Direction::request, to_send.head,
                                 changes(request.text(), to_send.head));
    auto origin_request = service.upstream.send_request(*request.target(), client.stream.peer(),
                                                        std::move(to_send), may_retry, on_interim);
    if (is_shown) {
        service.transcript.write("from " + server, http::Direction::response,
                                 origin_request->head_text());
        writer.note_source(origin_request->head_text());
    }
    return origin_request;
}

} // namespace proxy
