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
Targets some_targets(QueryKind kind)
{
    const PingQuery question{.kind = kind, .timeout = std::chrono::seconds(1)};
    Targets targets;
    for (const char* host : {"192.0.2.1", "2001:db8::1"}) {
        Target target(host, net::resolve(host, 0, SOCK_RAW).front(), question);
        target.log.sent(net::PingLog::Time(std::chrono::seconds(1)));
        targets.add(std::move(target));
    }
    return targets;
}

void judge_and_tell(Version version, const Received& received, QueryKind kind)
{
    constexpr std::uint16_t identifier = 0x1234;
    static Targets echoes = some_targets(QueryKind::echo);
    static Targets times = some_targets(QueryKind::timestamp);
    Targets& targets = kind == QueryKind::echo ? echoes : times;
    const Match verdict = match_reply(received, version, {kind, identifier}, targets);
    require_printable(stray_line(received, version, verdict));
    require((verdict.kind == ReplyKind::control) == verdict.control.has_value());
    if (verdict.control) require_printable(control_line(verdict, true));
    if (verdict.kind == ReplyKind::answer || verdict.kind == ReplyKind::control)
        require(verdict.target != nullptr && verdict.number == 1);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const Bytes bytes = std::as_bytes(std::span(data, size));
    for (const Version version : {Version::v4, Version::v6}) {
        static const net::Address peers[] = {net::resolve("192.0.2.1", 0, SOCK_RAW).front(),
                                             net::resolve("2001:db8::1", 0, SOCK_RAW).front()};
        Received received{.bytes = bytes, .from = peers[version == Version::v4 ? 0 : 1]};
        judge_and_tell(version, received, QueryKind::echo);
        judge_and_tell(version, received, QueryKind::timestamp);
        require_printable(explain_received(version, received));
        require_printable(query_text(received, QueryKind::timestamp, {}));
        require_printable(query_text(received, QueryKind::mask, {}));

        if (auto packet = parse_packet(version, bytes)) {
            require(packet->header.size() + packet->payload.size() <= size);
            received.bytes = packet->payload;
            received.route = recorded_route(packet->options);
            received.packet = packet;
            judge_and_tell(version, received, QueryKind::echo);
            require_printable(explain_received(version, received));
            require_printable(route_text(received.route));
        }
    }
    for (const Extension& extension : parse_extensions(bytes))
        require(extension.content.size() <= size);
    require(recorded_route(bytes).size() <= size);
    return 0;
}
