#include "icmppinger/ping_io.h"

#include "common/program/output.h"
#include "icmppinger/explain.h"
#include "icmppinger/route.h"

namespace icmppinger {

using std::chrono::steady_clock;

Exchange::Sent Exchange::send(Target& target, std::uint8_t hops)
{
    const std::uint64_t number = target.log.counts().transmitted + 1;
    IcmpSocket& socket = sockets_.of(target.version);
    auto when = kind_ == Kind::timestamp ? steady_clock::now() : net::PingLog::Time();
    write_message(buffer_, target.version,
                  {.type = request_type(target.version, kind_),
                   .identifier = socket.identifier(),
                   .sequence = static_cast<std::uint16_t>(number)},
                  target.body_of(number, when));
    if (kind_ != Kind::timestamp) when = steady_clock::now(); // writing a large one took its time
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

void Exchange::receive(const Take& take)
{
    constexpr int most_times = 64; // a peer that floods us must not keep us from the rest
    sockets_.for_each([&](IcmpSocket& socket) {
        receive_errors(socket, take);
        for (int i = 0; i < most_times; ++i)
            if (!receive_messages(socket, take)) break;
    });
}

bool Exchange::receive_some(const Take& take, std::size_t most)
{
    bool any = false;
    sockets_.for_each([&](IcmpSocket& socket) {
        any = receive_errors(socket, take) || any;
        any = receive_messages(socket, take, most) || any;
    });
    return any;
}

bool Exchange::receive_errors(IcmpSocket& socket, const Take& take)
{
    constexpr int most = 1024; // as above
    int count = 0;
    for (; count < most; ++count) {
        auto control = socket.next_error();
        if (!control) break;
        const Asked asked{kind_, socket.identifier()};
        take({nullptr, socket.version(), judge(std::move(*control), asked, targets_)});
    }
    return count > 0;
}

bool Exchange::receive_messages(IcmpSocket& socket, const Take& take, std::size_t most)
{
    const Version version = socket.version();
    const auto messages = socket.receive(most);
    for (const Received& received : messages) {
        const Arrival arrival{&received, version,
                              judge(received, version, {kind_, socket.identifier()}, targets_)};
        if (explains_ && arrival.verdict.sort != Sort::unrelated)
            net::print_diagnostic(explain_received(version, received), end_);
        take(arrival);
    }
    return !messages.empty();
}

} // namespace icmppinger
