#include "icmppinger/exchange.h"

#include "common/output.h"
#include "icmppinger/explain.h"

namespace icmppinger {

using std::chrono::steady_clock;

Exchange::Sent Exchange::send(Target& target, std::uint8_t hops)
{
    const std::uint64_t number = target.log.counts().transmitted + 1;
    IcmpSocket& socket = sockets_.of(target.version);
    auto when = steady_clock::now();
    write_message(buffer_, target.version,
                  {.type = request_type(target.version, kind_),
                   .identifier = socket.identifier(),
                   .sequence = static_cast<std::uint16_t>(number)},
                  target.body_of(number, when));
    if (kind_ == Kind::echo) when = steady_clock::now(); // writing a large one took its time
    target.log.sent(when);
    try {
        send_by(socket, target, hops);
    } catch (const net::Error& error) {
        target.log.error(number);
        return {number, when, error};
    }
    if (explains_) net::print_diagnostic(explain_sent(target.version, buffer_, target.address));
    return {number, when};
}

/// No route, a firewall of our own, too big a packet: this ping's trouble, the next one may have
/// none.
void Exchange::send_by(IcmpSocket& socket, Target& target, std::uint8_t hops) const
try {
    socket.send(buffer_, target.address, hops);
} catch (const net::Error& error) {
    std::string why = error.what();
    if (error.cause() == EMSGSIZE)
        if (const auto mtu = known_mtu(target.address)) why += ", mtu=" + std::to_string(*mtu);
    if (error.cause() == EPERM) why += " (a firewall here, perhaps)";
    throw net::Error(why, error.cause());
}

bool Exchange::receive(const Take& take)
{
    bool any = false;
    sockets_.for_each([&](IcmpSocket& socket) {
        while (auto control = socket.next_error()) {
            const Version version = socket.version();
            take({nullptr, version,
                  judge(std::move(*control), {kind_, socket.identifier()}, targets_)});
            any = true;
        }
        any = receive_from(socket, take) || any;
    });
    return any;
}

bool Exchange::receive_from(IcmpSocket& socket, const Take& take)
{
    constexpr int most = 64; // times; a peer that floods us must not keep us from the rest
    const Version version = socket.version();
    bool any = false;
    for (int i = 0; i < most; ++i) {
        const auto messages = socket.receive();
        for (const Received& received : messages) {
            const Arrival arrival{&received, version,
                                  judge(received, version, {kind_, socket.identifier()}, targets_)};
            if (explains_ && arrival.verdict.sort != Sort::unrelated)
                net::print_diagnostic(explain_received(version, received));
            take(arrival);
        }
        any = any || !messages.empty();
        if (messages.size() < IcmpSocket::most_at_once) break;
    }
    return any;
}

} // namespace icmppinger
