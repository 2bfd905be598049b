#include "proxy/exchange/exchange.h"

#include "common/text/ascii.h"
#include "proxy/exchange/cached_exchange.h"
#include "proxy/message/max_forwards.h"

namespace proxy {
namespace {

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
    http::Body body(client.reader, head.framing, head.content_length, http::any_size);
    Delivery delivery(client.stream, head, service.patience.body, service.transcript);
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

} // namespace proxy
