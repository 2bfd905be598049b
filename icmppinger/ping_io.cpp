#include "icmppinger/ping_io.h"

#include "common/address_block.h"
#include "common/program/output.h"
#include "icmppinger/explain.h"
#include "icmppinger/route.h"

namespace icmppinger {

using std::chrono::steady_clock;

PingIo::Sent PingIo::send(Target& target, std::uint8_t hops)
{
    const std::uint64_t number = target.log.counts().transmitted + 1;
    IcmpSocket& socket = sockets_.of(target.version);
    auto when = kind_ == RequestKind::timestamp ? steady_clock::now() : net::PingLog::Time();
    write_message(buffer_, target.version,
                  {.type = request_type(target.version, kind_),
                   .identifier = socket.identifier(),
                   .sequence = static_cast<std::uint16_t>(number)},
                  target.body_of(number, when));
    if (kind_ != RequestKind::timestamp)
        when = steady_clock::now(); // writing a large message takes time
    target.log.sent(when);
    try {
        send_by(socket, target, hops);
    } catch (const net::Error& error) {
        target.log.error(number);
        return {number, when, error};
    }
    if (explains_)
        net::print_diagnostic(explain_sent(target.version, buffer_, target.address), end_);
    return {number, when};
}

/// Throws net::Error for this ping only (no route, a local firewall, too big a packet); the next
/// one may succeed.
void PingIo::send_by(IcmpSocket& socket, Target& target, std::uint8_t hops) const
try {
    socket.send(buffer_, target.address, hops);
} catch (const net::Error& error) {
    std::string why = error.what();
    if (error.cause() == EMSGSIZE)
        if (const auto mtu = known_mtu(target.address)) why += ", mtu=" + std::to_string(*mtu);
    throw net::Error(why + net::remedy_for_route(target.address, error.cause()), error.cause());
}

void PingIo::receive(const Handler& handle)
{
    constexpr int most_times = 64; // a flooding peer must not block the event loop
    sockets_.for_each([&](IcmpSocket& socket) {
        receive_errors(socket, handle);
        for (int i = 0; i < most_times; ++i)
            if (!receive_messages(socket, handle)) break;
    });
}

bool PingIo::receive_some(const Handler& handle, std::size_t most)
{
    bool any = false;
    sockets_.for_each([&](IcmpSocket& socket) {
        any = receive_errors(socket, handle) || any;
        any = receive_messages(socket, handle, most) || any;
    });
    return any;
}

bool PingIo::receive_errors(IcmpSocket& socket, const Handler& handle)
{
    constexpr int most = 1024; // as above
    int count = 0;
    for (; count < most; ++count) {
        auto error = socket.next_error();
        if (!error) break;
        const ExpectedReply expected{kind_, socket.identifier()};
        handle({nullptr, socket.version(), match_reply(std::move(*error), expected, targets_)});
    }
    return count > 0;
}

bool PingIo::receive_messages(IcmpSocket& socket, const Handler& handle, std::size_t most)
{
    const Version version = socket.version();
    const auto messages = socket.receive(most);
    for (const Received& received : messages) {
        const ReceivedMessage message{
            &received, version,
            match_reply(received, version, {kind_, socket.identifier()}, targets_)};
        if (explains_ && message.match.kind != ReplyKind::unrelated)
            net::print_diagnostic(explain_received(version, received), end_);
        handle(message);
    }
    return !messages.empty();
}

} // namespace icmppinger
