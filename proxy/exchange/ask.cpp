#include "proxy/exchange/ask.h"

#include <string>
#include <utility>

#include "common/http/date.h"
#include "proxy/message/header_diff.h"

namespace proxy {

std::unique_ptr<OriginRequest> ask(const Request& request, OutgoingRequest outgoing,
                                   http::Body& body, ClientSide client, ResponseWriter& writer,
                                   const Service& service)
{
    if (service.login.is_asked_for()) remove(outgoing.fields, "Proxy-Authorization"); // for us
    RequestToSend to_send{.method = outgoing.method, .head = outgoing.text()};
    to_send.client = &client.stream;
    to_send.logs_in_connection = outgoing.logs_in_connection();
    if (request.has_body())
        to_send.body.emplace(client, body, outgoing.has_chunked_body, to_send.head);
    const auto on_interim = [&](const http::ReceivedResponse& interim) {
        writer.send_interim(incoming_response(interim, service.pseudonym,
                                              service.upstream.next_hop(), http::now()));
    };
    const bool may_repeat = is_idempotent(request.method()) && !request.has_body();
    const bool is_watched = service.transcript.is_on();
    const std::string server = service.upstream.name_for(*request.target());
    if (is_watched)
        service.transcript.write("to " + server, http::Direction::request, to_send.head,
                                 changes(request.text(), to_send.head));
    auto origin_request = service.upstream.ask(*request.target(), client.stream.peer(),
                                               std::move(to_send), may_repeat, on_interim);
    if (is_watched) {
        service.transcript.write("from " + server, http::Direction::response,
                                 origin_request->head_text());
        writer.note_source(origin_request->head_text());
    }
    return origin_request;
}

} // namespace proxy
