#include "icmppinger/match.h"

#include <algorithm>
#include <cstring>

#include "icmppinger/packet/packet_diagram.h"

namespace icmppinger {
namespace {

constexpr std::uint64_t sequences = 65536; // number of 16-bit sequence numbers

/// How many of the first bytes are equal; at most a nonce's size is compared.
std::size_t count_agreeing(Bytes a, Bytes b)
{
    const std::size_t compared = std::min({a.size(), b.size(), Payload::nonce_size});
    std::size_t count = 0;
    for (std::size_t i = 0; i < compared; ++i)
        count += a[i] == b[i] ? 1 : 0;
    return count;
}

/// The difference between an answer's body and the sent body; empty if there is none.
std::string difference(Bytes body, Bytes sent)
{
    if (body.size() == sent.size() &&
        (sent.empty() || std::memcmp(body.data(), sent.data(), sent.size()) == 0))
        return {}; // the usual case
    const auto [actual, wanted] = std::ranges::mismatch(body, sent);
    if (actual != body.end() && wanted != sent.end())
        return "wrong data byte #" + std::to_string(actual - body.begin()) + " should be " +
               hex(std::to_integer<std::uint32_t>(*wanted)) + " but was " +
               hex(std::to_integer<std::uint32_t>(*actual));
    if (body.size() != sent.size())
        return std::to_string(body.size()) + " data bytes instead of " +
               std::to_string(sent.size());
    return {};
}

/// How many bytes of the body an answer must repeat.
std::size_t repeated_size(RequestKind kind, Bytes sent)
{
    constexpr std::size_t originate = 4;
    return kind == RequestKind::echo ? sent.size() : kind == RequestKind::timestamp ? originate : 0;
}

/// Classifies an answer to ping `number` of a target.
Match compare(Target& target, std::uint64_t number, Bytes body, RequestKind kind)
{
    const auto sent_at = target.log.sent_at(number);
    if (!sent_at)
        return {.kind = ReplyKind::never_sent,
                .target = &target,
                .number = number,
                .why = "no such ping was sent"};
    const Bytes sent = target.body_of(number, *sent_at);
    if (kind != RequestKind::echo) {
        if (body.size() < sent.size())
            return {.kind = ReplyKind::corrupt,
                    .target = &target,
                    .number = number,
                    .why = "cut short"};
        const std::size_t size = repeated_size(kind, sent);
        const std::string wrong = difference(body.first(size), sent.first(size));
        return {.kind = wrong.empty() ? ReplyKind::answer : ReplyKind::never_sent,
                .target = &target,
                .number = number,
                .why = wrong};
    }
    const std::string wrong = difference(body, sent);
    if (wrong.empty()) return {.kind = ReplyKind::answer, .target = &target, .number = number};
    // A damaged answer keeps most of the nonce; that of another run or of a forgery differs.
    const bool is_ours =
        2 * count_agreeing(body, sent) >= std::min({body.size(), sent.size(), Payload::nonce_size});
    if (is_ours)
        return {.kind = ReplyKind::corrupt, .target = &target, .number = number, .why = wrong};
    return {.kind = ReplyKind::never_sent,
            .target = &target,
            .number = number,
            .why = "not the data that was sent"};
}

/// Compares a reply with the last ping of its sequence number, and with the one 65,536 before it.
Match find_ping(Target& target, const IcmpMessage& message, RequestKind kind)
{
    const std::uint64_t number = target.log.number_of(message.sequence());
    if (number == 0)
        return {.kind = ReplyKind::never_sent,
                .target = &target,
                .number = 0,
                .why = "no ping has that sequence number"};
    Match match = compare(target, number, message.body, kind);
    if (match.kind == ReplyKind::answer || number <= sequences) return match;
    const Match earlier = compare(target, number - sequences, message.body, kind);
    return earlier.kind == ReplyKind::answer ? earlier : match;
}

/// Finds a ping that the message answers, though it comes from another address.
Match find_elsewhere(const IcmpMessage& message, RequestKind kind, Targets& targets)
{
    constexpr std::size_t most = 16; // targets compared; bounds the work for an unknown sender
    for (std::size_t i = 0; i < std::min(targets.size(), most); ++i) {
        Match match = find_ping(targets[i], message, kind);
        if (match.kind != ReplyKind::answer) continue;
        match.kind = ReplyKind::other_address;
        match.why = "not the host that was pinged, " + targets[i].host;
        return match;
    }
    return {.kind = ReplyKind::never_sent, .why = "not a host that was pinged"};
}

Match match_answer(const Received& received, const IcmpMessage& message,
                   const ExpectedReply& expected, Targets& targets)
{
    const auto candidates = targets.at(received.from);
    Target* const likely = candidates.empty() ? nullptr : &targets[candidates.front()];
    if (!has_right_checksum(message))
        return {.kind = ReplyKind::corrupt,
                .target = likely,
                .number = likely ? likely->log.number_of(message.sequence()) : 0,
                .why = "wrong checksum"};
    if (message.code != 0)
        return {.kind = ReplyKind::corrupt,
                .target = likely,
                .number = likely ? likely->log.number_of(message.sequence()) : 0,
                .why = "code " + std::to_string(message.code) + " instead of 0"};
    Match best{.kind = ReplyKind::never_sent, .why = "not a host that was pinged"};
    for (const std::size_t candidate : candidates) {
        Match match = find_ping(targets[candidate], message, expected.kind);
        const bool is_answer = match.kind == ReplyKind::answer;
        // If a host is named twice, prefer the target whose ping is in flight.
        if (is_answer && targets[candidate].log.is_in_flight(match.number)) return match;
        const bool is_better = is_answer || match.kind == ReplyKind::corrupt;
        if (best.target == nullptr || (best.kind != ReplyKind::answer && is_better)) best = match;
    }
    if (best.kind == ReplyKind::answer) return best;
    for (const std::size_t group : targets.groups()) {
        Match match = find_ping(targets[group], message, expected.kind);
        if (match.kind == ReplyKind::answer) return match;
    }
    return candidates.empty() ? find_elsewhere(message, expected.kind, targets) : best;
}

} // namespace

Match match_reply(const Received& received, Version version, const ExpectedReply& expected,
                  Targets& targets)
{
    const auto message = parse_message(version, received.bytes);
    if (!message) {
        const auto candidates = targets.at(received.from);
        if (candidates.empty()) return {};
        return {.kind = ReplyKind::corrupt,
                .target = &targets[candidates.front()],
                .why = "cut short to " + std::to_string(received.bytes.size()) + " bytes"};
    }
    if (is_error_type(version, message->type)) {
        if (!has_right_checksum(*message)) return {.why = "wrong checksum"};
        return match_reply(parse_icmp_error(*message, received.from), expected, targets);
    }
    if (message->type != reply_type(version, expected.kind) ||
        message->identifier() != expected.identifier)
        return {};
    return match_answer(received, *message, expected, targets);
}

Match match_reply(IcmpError error, const ExpectedReply& expected, Targets& targets)
{
    if (!error.request) return {};
    const Quotation& request = *error.request;
    if (request.type != request_type(error.version, expected.kind) ||
        request.identifier != expected.identifier)
        return {};
    Match match;
    for (const std::size_t candidate : targets.at(request.destination)) {
        Target& target = targets[candidate];
        const std::uint64_t number = target.log.number_of(request.sequence);
        const auto sent_at = target.log.sent_at(number);
        if (!sent_at) continue;
        const Bytes sent = target.body_of(number, *sent_at);
        const std::size_t compared =
            std::min({request.data.size(), sent.size(), Payload::nonce_size});
        const bool is_in_flight = target.log.is_in_flight(number);
        if (count_agreeing(request.data, sent) != compared || (match.target && !is_in_flight))
            continue;
        match = {.kind = ReplyKind::error, .target = &target, .number = number};
        if (is_in_flight) break; // as above
    }
    if (match.target != nullptr) match.error = std::move(error);
    return match;
}

} // namespace icmppinger
