#include "proxy/own_pages.h"

#include "common/http/page.h"

namespace proxy {
namespace {

OwnAnswer find_answer(const Request& request)
{
    const auto& head = request.head();
    if (head.target != "*" && !head.target.starts_with('/'))
        throw Refusal(501, "This proxy fetches http URLs; for https, clients use CONNECT.");
    if (head.method == "OPTIONS") {
        OwnAnswer answer = own_answer(204, "text/plain", "");
        remove(answer.head.fields, "Content-Type");
        answer.head.fields.push_back({"Allow", "GET, HEAD, OPTIONS"});
        return answer;
    }
    if (head.method != "GET" && head.method != "HEAD")
        throw Refusal(405, "The proxy's own pages are only to be read.");
    return own_answer(200, "text/html; charset=utf-8",
                      http::page("proxy", "<h1>This is a proxy</h1>\n<p>Tell your browser to use "
                                          "it, and ask for other pages.</p>\n"));
}

} // namespace

Outcome ask_for_login(const Request& request, ClientSide client, const Service& service)
{
    Delivery delivery(client.stream, request.head(), service.options.patience.body);
    if (request.has_body() || request.method() == "CONNECT") delivery.end_connection();
    OwnAnswer answer = error_answer(Refusal(407, "This proxy asks for a login."), "");
    answer.head.fields.push_back(
        {"Proxy-Authenticate", "Basic realm=\"proxy\", charset=\"UTF-8\""});
    return deliver(answer, delivery);
}

Outcome answer_own(const Request& request, ClientSide client, const Service& service)
{
    Delivery delivery(client.stream, request.head(), service.options.patience.body);
    if (request.has_body()) delivery.end_connection(); // nobody has read it
    try {
        return deliver(find_answer(request), delivery);
    } catch (const Refusal& refusal) {
        OwnAnswer answer = error_answer(refusal, "");
        if (refusal.status() == 405) answer.head.fields.push_back({"Allow", "GET, HEAD, OPTIONS"});
        return deliver(answer, delivery);
    }
}

} // namespace proxy
