#include "icmppinger/match.h"

#include <algorithm>
#include <cstring>

#include "icmppinger/packet/packet_diagram.h"

namespace icmppinger {
namespace {

constexpr std::uint64_t sequences = 65536; // that 16 bits tell apart

/// How many of the first bytes, at most a nonce's, agree.
std::size_t agreeing(Bytes a, Bytes b)
{
    const std::size_t compared = std::min({a.size(), b.size(), Payload::nonce_size});
    std::size_t count = 0;
    for (std::size_t i = 0; i < compared; ++i)
        count += a[i] == b[i] ? 1 : 0;
    return count;
}

/// What distinguishes an answer's body from what was sent; empty when nothing does.
std::string difference(Bytes body, Bytes sent)
{
    if (body.size() == sent.size() &&
        (sent.empty() || std::memcmp(body.data(), sent.data(), sent.size()) == 0))
        return {}; // nearly always
    const auto [got, wanted] = std::ranges::mismatch(body, sent);
    if (got != body.end() && wanted != sent.end())
        return "wrong data byte #" + std::to_string(got - body.begin()) + " should be " +
               hex(std::to_integer<std::uint32_t>(*wanted)) + " but was " +
               hex(std::to_integer<std::uint32_t>(*got));
    if (body.size() != sent.size())
        return std::to_string(body.size()) + " data bytes instead of " +
               std::to_string(sent.size());
    return {};
}

/// How much of the body an answer must repeat.
std::size_t repeated_size(Kind kind, Bytes sent)
{
    constexpr std::size_t originate = 4;
    return kind == Kind::echo ? sent.size() : kind == Kind::timestamp ? originate : 0;
}

/// What an answer that names ping `number` of a target is.
Verdict compare(Target& target, std::uint64_t number, Bytes body, Kind kind)
{
    const auto sent_at = target.log.sent_at(number);
    if (!sent_at)
        return {.sort = Sort::never_sent,
                .target = &target,
                .number = number,
                .why = "no such ping was sent"};
    const Bytes sent = target.body_of(number, *sent_at);
    if (kind != Kind::echo) {
        if (body.size() < sent.size())
            return {.sort = Sort::corrupt, .target = &target, .number = number, .why = "cut short"};
        const std::size_t size = repeated_size(kind, sent);
        const std::string wrong = difference(body.first(size), sent.first(size));
        return {.sort = wrong.empty() ? Sort::answer : Sort::never_sent,
                .target = &target,
                .number = number,
                .why = wrong};
    }
    const std::string wrong = difference(body, sent);
    if (wrong.empty()) return {.sort = Sort::answer, .target = &target, .number = number};
    // Damage leaves most of the nonce; another run's, or a forger's, is another.
    const bool is_ours =
        2 * agreeing(body, sent) >= std::min({body.size(), sent.size(), Payload::nonce_size});
    if (is_ours) return {.sort = Sort::corrupt, .target = &target, .number = number, .why = wrong};
    return {.sort = Sort::never_sent,
            .target = &target,
            .number = number,
            .why = "not the data that was sent"};
}

/// The same for the ping that had this sequence number last, or the time before.
Verdict find_ping(Target& target, const Message& message, Kind kind)
{
    const std::uint64_t number = target.log.number_of(message.sequence());
    if (number == 0)
        return {.sort = Sort::never_sent,
                .target = &target,
                .number = 0,
                .why = "no ping has that sequence number"};
    Verdict verdict = compare(target, number, message.body, kind);
    if (verdict.sort == Sort::answer || number <= sequences) return verdict;
    const Verdict earlier = compare(target, number - sequences, message.body, kind);
    return earlier.sort == Sort::answer ? earlier : verdict;
}

/// A right answer, though not from the host that was pinged.
Verdict find_elsewhere(const Message& message, Kind kind, Targets& targets)
{
    constexpr std::size_t most = 16; // hosts to look through for a stranger's sake
    for (std::size_t i = 0; i < std::min(targets.size(), most); ++i) {
        Verdict verdict = find_ping(targets[i], message, kind);
        if (verdict.sort != Sort::answer) continue;
        verdict.sort = Sort::other_address;
        verdict.why = "not the host that was pinged, " + targets[i].host;
        return verdict;
    }
    return {.sort = Sort::never_sent, .why = "not a host that was pinged"};
}

Verdict judge_reply(const Received& received, const Message& message, const Asked& asked,
                    Targets& targets)
{
    const auto suspects = targets.at(received.from);
    Target* const likely = suspects.empty() ? nullptr : &targets[suspects.front()];
    if (!has_right_checksum(message))
        return {.sort = Sort::corrupt,
                .target = likely,
                .number = likely ? likely->log.number_of(message.sequence()) : 0,
                .why = "wrong checksum"};
    if (message.code != 0)
        return {.sort = Sort::corrupt,
                .target = likely,
                .number = likely ? likely->log.number_of(message.sequence()) : 0,
                .why = "code " + std::to_string(message.code) + " instead of 0"};
    Verdict best{.sort = Sort::never_sent, .why = "not a host that was pinged"};
    for (const std::size_t suspect : suspects) {
        Verdict verdict = find_ping(targets[suspect], message, asked.kind);
        const bool is_answer = verdict.sort == Sort::answer;
        // Of a host that is named twice, the one that waits for it.
        if (is_answer && targets[suspect].log.is_in_flight(verdict.number)) return verdict;
        const bool is_better = is_answer || verdict.sort == Sort::corrupt;
        if (best.target == nullptr || (best.sort != Sort::answer && is_better)) best = verdict;
    }
    if (best.sort == Sort::answer) return best;
    for (const std::size_t group : targets.groups()) {
        Verdict verdict = find_ping(targets[group], message, asked.kind);
        if (verdict.sort == Sort::answer) return verdict;
    }
    return suspects.empty() ? find_elsewhere(message, asked.kind, targets) : best;
}

} // namespace

Verdict judge(const Received& received, Version version, const Asked& asked, Targets& targets)
{
    const auto message = parse_message(version, received.bytes);
    if (!message) {
        const auto suspects = targets.at(received.from);
        if (suspects.empty()) return {};
        return {.sort = Sort::corrupt,
                .target = &targets[suspects.front()],
                .why = "cut short to " + std::to_string(received.bytes.size()) + " bytes"};
    }
    if (is_control(version, message->type)) {
        if (!has_right_checksum(*message)) return {.why = "wrong checksum"};
        return judge(parse_control(*message, received.from), asked, targets);
    }
    if (message->type != reply_type(version, asked.kind) ||
        message->identifier() != asked.identifier)
        return {};
    return judge_reply(received, *message, asked, targets);
}

Verdict judge(ControlMessage control, const Asked& asked, Targets& targets)
{
    if (!control.request) return {};
    const Quotation& request = *control.request;
    if (request.type != request_type(control.version, asked.kind) ||
        request.identifier != asked.identifier)
        return {};
    Verdict verdict;
    for (const std::size_t suspect : targets.at(request.destination)) {
        Target& target = targets[suspect];
        const std::uint64_t number = target.log.number_of(request.sequence);
        const auto sent_at = target.log.sent_at(number);
        if (!sent_at) continue;
        const Bytes sent = target.body_of(number, *sent_at);
        const std::size_t compared =
            std::min({request.data.size(), sent.size(), Payload::nonce_size});
        const bool is_in_flight = target.log.is_in_flight(number);
        if (agreeing(request.data, sent) != compared || (verdict.target && !is_in_flight)) continue;
        verdict = {.sort = Sort::control, .target = &target, .number = number};
        if (is_in_flight) break; // as above
    }
    if (verdict.target != nullptr) verdict.control = std::move(control);
    return verdict;
}

} // namespace icmppinger
