#include "proxy/exchange/exchange.h"

#include <limits>

#include "common/http/date.h"
#include "common/text/ascii.h"
#include "proxy/exchange/cached_exchange.h"
#include "proxy/message/header_diff.h"
#include "proxy/message/max_forwards.h"

namespace proxy {
namespace {

constexpr auto any_size = std::numeric_limits<std::uint64_t>::max();

/// RFC 9110 §10.1.1: nobody knows another expectation.
void check_expectation(const http::RequestHead& head)
{
    const auto expected = head.field("Expect");
    if (head.minor_version >= 1 && expected && !net::equal_ignoring_case(*expected, "100-continue"))
        throw Refusal(417, "This proxy knows no expectation but 100-continue.");
}

/// RFC 9110 §9.3.6, §9.3.8: these have none, and others behind us may see it otherwise.
void check_content(const Request& request)
{
    const auto method = request.method();
    if (request.has_body() && (method == "TRACE" || method == "CONNECT"))
        throw Refusal(400, "A " + std::string(method) + " request has no content.");
}

} // namespace

void check(const Request& request, const Service& service)
{
    check_content(request);
    check_expectation(request.head());
    if (has_passed(request.head().fields, service.pseudonym))
        throw Refusal(508, "The request has been here before: it goes in a circle.",
                      "proxy_loop_detected");
}

Outcome exchange(const Request& request, ClientSide client, const Service& service)
{
    const http::RequestHead& head = request.head();
    http::Body body(client.reader, head.framing, head.content_length, any_size);
    Delivery delivery(client.stream, head, service.options.patience.body, service.transcript);
    CachedExchange cached(request, body, client, delivery, service);
    try {
        check(request, service);
        if (const auto own = last_hop_answer(request)) return deliver(*own, delivery);
        service.upstream.check_reachable(*request.target(), client.stream.peer());
        return cached.run();
    } catch (const Refusal& refusal) {
        if (delivery.has_begun()) {
            delivery.abandon();
            return {delivery.status(), delivery.sent(), false, "cut off", true};
        }
        OwnAnswer answer = error_answer(refusal, request.target()->url);
        add_cache_status(answer.head, cached.status());
        return deliver(answer, delivery);
    }
}

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

Outcome deliver(const OwnAnswer& answer, Delivery& delivery)
{
    delivery.begin(answer.head);
    delivery.send_piece(answer.body);
    delivery.finish();
    const char* const verdict = delivery.status() < 400 ? "own" : "error";
    return {delivery.status(), delivery.sent(), delivery.keeps_connection(), verdict};
}

} // namespace proxy
