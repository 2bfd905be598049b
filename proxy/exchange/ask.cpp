#include "proxy/exchange/ask.h"

#include <string>
#include <utility>

#include "common/http/date.h"
#include "proxy/message/header_diff.h"

namespace proxy {

std::unique_ptr<Inquiry> ask(const Request& request, OutgoingRequest outgoing, http::Body& body,
                             ClientSide client, Delivery& delivery, const Service& service)
{
    if (service.login.is_asked_for()) remove(outgoing.fields, "Proxy-Authorization"); // it was ours
    Question question{.method = outgoing.method, .head = outgoing.text()};
    question.client = &client.stream;
    question.logs_in_connection = outgoing.logs_in_connection();
    if (request.has_body())
        question.body.emplace(client, body, outgoing.has_chunked_body, question.head);
    const auto on_interim = [&](const http::ReceivedResponse& interim) {
        delivery.send_interim(incoming_response(interim, service.pseudonym,
                                                service.upstream.next_hop(), http::now()));
    };
    const bool may_repeat = is_idempotent(request.method()) && !request.has_body();
    const bool is_watched = service.transcript.is_on();
    const std::string server = service.upstream.name_for(*request.target());
    if (is_watched)
        service.transcript.write("to " + server, http::Direction::request, question.head,
                                 changes(request.text(), question.head));
    auto inquiry = service.upstream.ask(*request.target(), client.stream.peer(),
                                        std::move(question), may_repeat, on_interim);
    if (is_watched) {
        service.transcript.write("from " + server, http::Direction::answer, inquiry->head_text());
        delivery.note_source(inquiry->head_text());
    }
    return inquiry;
}

} // namespace proxy
