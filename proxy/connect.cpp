#include "proxy/connect.h"

#include "common/http/date.h"
#include "proxy/exchange/ask.h"
#include "proxy/exchange/relay.h"
#include "proxy/tunnel.h"

namespace proxy {
namespace {

Outcome carry(ClientSide client, OriginConnection& server, const Service& service)
{
    client.stream.write("HTTP/1.1 200 Connection established\r\n\r\n",
                        net::Deadline::in(service.patience.body));
    const Visitor counted(service.statistics.tunnels);
    const TunnelTraffic traffic =
        run_tunnel({client.stream, client.reader.buffered()},
                   {server.stream, server.reader.buffered()}, service.patience.tunnel);
    client.reader.consume(client.reader.buffered().size());
    return {200, traffic.to_client, false, "tunnel", true};
}

Outcome ask_parent(const Request& request, ClientSide client, Delivery& delivery,
                   const Service& service)
{
    const NextHop next = NextHop::parent;
    http::Body none(client.reader, http::Framing::no_body, 0, 0);
    const auto inquiry = ask(request, outgoing_request(request, service.pseudonym, next), none,
                             client, delivery, service);
    if (inquiry->head().status < 300) return carry(client, *inquiry->release(), service);
    delivery.begin(incoming_response(inquiry->head(), service.pseudonym, next, http::now()));
    relay(*inquiry, delivery);
    return {delivery.status(), delivery.sent(), false};
}

} // namespace

Outcome tunnel(const Request& request, ClientSide client, Presence& presence,
               const Service& service)
{
    Delivery delivery(client.stream, request.head(), service.patience.body, service.transcript);
    delivery.end_connection(); // what follows was meant for the other end
    try {
        check(request, service);
        presence.become_endless();
        const Target& target = *request.target();
        if (!service.rules.may_tunnel(client.stream.peer(), target.port))
            throw Refusal(403, "Tunnels from other machines lead to ports of TLS only "
                               "(--connect-port).");
        if (service.upstream.next_hop() == NextHop::parent)
            return ask_parent(request, client, delivery, service);
        const auto server = service.upstream.connect(target, client.stream.peer());
        return carry(client, *server, service);
    } catch (const Refusal& refusal) {
        if (!delivery.has_begun())
            return deliver(error_answer(refusal, request.target()->url), delivery);
        delivery.abandon();
        return {delivery.status(), delivery.sent(), false, "cut off", true};
    }
}

} // namespace proxy
