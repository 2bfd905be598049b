#include "proxy/connect.h"

#include "common/http/date.h"
#include "proxy/exchange/relay.h"
#include "proxy/exchange/send_to_next_hop.h"
#include "proxy/tunnel.h"

namespace proxy {
namespace {

Outcome relay_tunnel(ClientSide client, OriginConnection& server, ClientState& client_state,
                     const Service& service)
{
    client.stream.write("HTTP/1.1 200 Connection established\r\n\r\n",
                        net::Deadline::in(service.timeouts.body));
    const ScopedCount counted(service.statistics.tunnels);
    const TunnelTraffic traffic = run_tunnel(
        {client.stream, client.reader.buffered()}, {server.stream, server.reader.buffered()},
        service.timeouts.tunnel, [&client_state] { client_state.note_transfer(); });
    client.reader.consume(client.reader.buffered().size());
    return {200, traffic.to_client, false, "tunnel", true};
}

Outcome connect_through_parent(const Request& request, ClientSide client, ClientState& client_state,
                               ResponseWriter& writer, const Service& service)
{
    const NextHop next = NextHop::parent;
    http::Body none(client.reader, http::Framing::no_body, 0, 0);
    const auto origin_request = send_to_next_hop(
        request, outgoing_request(request, service.pseudonym, next), none, client, writer, service);
    if (origin_request->head().status < 300)
        return relay_tunnel(client, *origin_request->release(), client_state, service);
    writer.begin(incoming_response(origin_request->head(), service.pseudonym, next, http::now()));
    relay(*origin_request, writer);
    return {writer.status(), writer.sent(), false};
}

} // namespace

Outcome tunnel(const Request& request, ClientSide client, ClientState& client_state,
               const Service& service)
{
    ResponseWriter writer(client.stream, request.head(), service.timeouts.body, service.transcript);
    writer.close_after_response(); // bytes that follow are meant for the server
    try {
        check(request, service);
        client_state.become_tunnel();
        const RequestTarget& target = *request.target();
        if (!service.rules.may_tunnel(client.stream.peer(), target.port))
            throw HttpError(403, "Clients on other machines may open tunnels only to the ports for "
                                 "TLS and those that --connect-port adds.");
        if (service.upstream.next_hop() == NextHop::parent)
            return connect_through_parent(request, client, client_state, writer, service);
        const auto server = service.upstream.connect(target, client.stream.peer());
        return relay_tunnel(client, *server, client_state, service);
    } catch (const HttpError& error) {
        return deliver(error, request.target()->url, writer);
    }
}

} // namespace proxy
