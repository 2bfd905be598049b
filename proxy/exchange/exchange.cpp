#include "proxy/exchange/exchange.h"

#include "common/text/ascii.h"
#include "proxy/exchange/cached_exchange.h"
#include "proxy/message/max_forwards.h"

namespace proxy {
namespace {

/// RFC 9110 §10.1.1: 100-continue is the only expectation defined.
void check_expectation(const http::RequestHead& head)
{
    const auto expected = head.field("Expect");
    if (head.minor_version >= 1 && expected && !net::equal_ignoring_case(*expected, "100-continue"))
        throw HttpError(417, "This proxy supports only the expectation 100-continue.");
}

/// TRACE and CONNECT have no content (RFC 9110 §9.3.6, §9.3.8). The next hop might take it for a
/// second request.
void check_content(const Request& request)
{
    const auto method = request.method();
    if (request.has_body() && (method == "TRACE" || method == "CONNECT"))
        throw HttpError(400, "A " + std::string(method) + " request must not have content.");
}

} // namespace

void check(const Request& request, const Service& service)
{
    check_content(request);
    check_expectation(request.head());
    if (has_via(request.head().fields, service.pseudonym))
        throw HttpError(508, "The request loops: it has already passed through this proxy.",
                        "proxy_loop_detected");
}

Outcome exchange(const Request& request, ClientSide client, const Service& service)
{
    const http::RequestHead& head = request.head();
    http::Body body(client.reader, head.framing, head.content_length, http::any_size);
    ResponseWriter writer(client.stream, head, service.timeouts.body, service.transcript);
    CachedExchange cached(request, body, client, writer, service);
    try {
        check(request, service);
        if (const auto own = last_hop_response(request)) return deliver(*own, writer);
        if (!AccessRules::may_request(client.stream.peer(), request.target()->port))
            throw HttpError(403, "Clients on other machines may not send requests to this port, "
                                 "which browsers block, too (fetch.spec.whatwg.org, \"port "
                                 "blocking\").");
        service.upstream.check_reachable(*request.target(), client.stream.peer());
        return cached.run();
    } catch (const HttpError& error) {
        if (writer.has_begun()) return cut_off(writer);
        OwnResponse response = error_response(error, request.target()->url);
        add_cache_status(response.head, cached.status());
        return deliver(response, writer);
    }
}

} // namespace proxy
