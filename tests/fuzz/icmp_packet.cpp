// Whatever may arrive at an ICMP socket: it is parsed, judged, drawn and told, and nothing of it
// reaches the terminal raw.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "common/text/printable.h"
#include "icmppinger/explain.h"
#include "icmppinger/report.h"

namespace {

using namespace icmppinger;

void require(bool truth)
{
    if (!truth) std::abort();
}

void require_printable(std::string_view text)
{
    require(net::printable(text) == text);
}

/// Two hosts with a ping in flight to each, asked in every way.
Targets some_targets(RequestKind kind)
{
    const PingRequest request{.kind = kind, .timeout = std::chrono::seconds(1)};
    Targets targets;
    for (const char* host : {"192.0.2.1", "2001:db8::1"}) {
        Target target(host, net::resolve(host, 0, SOCK_RAW).front(), request);
        target.log.sent(net::PingLog::Time(std::chrono::seconds(1)));
        targets.add(std::move(target));
    }
    return targets;
}

void check_match(Version version, const Received& received, RequestKind kind)
{
    constexpr std::uint16_t identifier = 0x1234;
    static Targets echoes = some_targets(RequestKind::echo);
    static Targets times = some_targets(RequestKind::timestamp);
    Targets& targets = kind == RequestKind::echo ? echoes : times;
    const Match match = match_reply(received, version, {kind, identifier}, targets);
    require_printable(stray_line(received, version, match));
    require((match.kind == ReplyKind::error) == match.error.has_value());
    if (match.error) require_printable(error_line(match, true));
    if (match.kind == ReplyKind::answer || match.kind == ReplyKind::error)
        require(match.target != nullptr && match.number == 1);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const Bytes bytes = std::as_bytes(std::span(data, size));
    for (const Version version : {Version::v4, Version::v6}) {
        static const net::Address peers[] = {net::resolve("192.0.2.1", 0, SOCK_RAW).front(),
                                             net::resolve("2001:db8::1", 0, SOCK_RAW).front()};
        Received received{.bytes = bytes, .from = peers[version == Version::v4 ? 0 : 1]};
        check_match(version, received, RequestKind::echo);
        check_match(version, received, RequestKind::timestamp);
        require_printable(explain_received(version, received));
        require_printable(reply_details(received, RequestKind::timestamp, {}));
        require_printable(reply_details(received, RequestKind::mask, {}));

        if (auto packet = parse_packet(version, bytes)) {
            require(packet->header.size() + packet->payload.size() <= size);
            received.bytes = packet->payload;
            received.route = recorded_route(packet->options);
            received.packet = packet;
            check_match(version, received, RequestKind::echo);
            require_printable(explain_received(version, received));
            require_printable(route_text(received.route));
        }
    }
    for (const Extension& extension : parse_extensions(bytes))
        require(extension.content.size() <= size);
    require(recorded_route(bytes).size() <= size);
    return 0;
}
