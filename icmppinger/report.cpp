#include "icmppinger/report.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "common/ping/ping_report.h"
#include "common/program/output.h"
#include "common/text/decimal.h"

namespace icmppinger {
namespace {

using namespace std::chrono_literals;

std::string sequence_text(std::uint64_t number)
{
    return "icmp_seq=" + std::to_string(number);
}

std::string from_text(const Received& received, const std::string& sender)
{
    return net::count_text(received.bytes.size(), "byte") + " from " + sender + ":";
}

} // namespace

std::string label_of(const Target& target, bool numeric)
{
    if (numeric || target.name == target.host) return target.host;
    return target.name + " (" + target.host + ")";
}

std::string reply_line(const PingReply& answer, bool numeric)
{
    const Received& received = answer.received;
    const std::string sender =
        answer.target.is_multicast ? received.from.host() : label_of(answer.target, numeric);
    std::string line = from_text(received, sender) + " " + sequence_text(answer.number);
    if (received.hops_left) line += " ttl=" + std::to_string(*received.hops_left);
    line += " time=" + net::milliseconds_text(answer.reply.rtt) + " ms";
    return line + net::remark(answer.reply);
}

namespace {

/// "09:15:00.123", or the number if the host does not count from midnight UT (RFC 792, page 16).
std::string time_text(std::uint32_t time)
{
    constexpr std::uint32_t not_standard = 1U << 31;
    if ((time & not_standard) != 0) return "not-UT:" + std::to_string(time & ~not_standard);
    const auto two = [](std::uint32_t number) {
        return (number < 10 ? "0" : "") + std::to_string(number);
    };
    const std::string milliseconds = std::to_string(1000 + time % 1000).substr(1);
    return two(time / 3'600'000) + ":" + two(time / 60'000 % 60) + ":" + two(time / 1000 % 60) +
           "." + milliseconds;
}

/// How far the host's clock is ahead of ours, assuming equal delays in both directions.
std::string offset_text(const std::array<std::uint32_t, 3>& times, std::chrono::milliseconds now)
{
    constexpr std::int64_t day = 24h / 1ms;
    const auto nearest = [](std::int64_t difference) { // also across midnight
        return (difference % day + day + day / 2) % day - day / 2;
    };
    const std::int64_t there = nearest(std::int64_t{times[1]} - times[0]);
    const std::int64_t back = nearest(std::int64_t{times[2]} - now.count());
    const std::string text = net::decimal(static_cast<double>(there + back) / 2, 1);
    return (there + back > 0 ? "+" : "") + text + " ms";
}

} // namespace

std::string reply_details(const Received& received, RequestKind kind,
                          std::chrono::nanoseconds wall_ahead)
{
    Cursor cursor(received.bytes);
    cursor.take(header_size);
    if (kind == RequestKind::mask) {
        const std::uint32_t mask = cursor.number32();
        std::string text = " mask=";
        for (int shift = 24; shift >= 0; shift -= 8)
            text += std::to_string(mask >> shift & 0xff) + (shift == 0 ? "" : ".");
        return text;
    }
    if (kind != RequestKind::timestamp) return {};
    std::array<std::uint32_t, 3> times{};
    for (std::uint32_t& time : times)
        time = cursor.number32();
    const auto now = time_of_day(received.arrival.time_since_epoch() + wall_ahead);
    const bool is_standard = std::ranges::all_of(
        times, [](std::uint32_t time) { return std::chrono::milliseconds(time) < 24h; });
    return " originate=" + time_text(times[0]) + " receive=" + time_text(times[1]) +
           " transmit=" + time_text(times[2]) +
           (is_standard ? " offset=" + offset_text(times, now) : "");
}

std::string route_text(const std::vector<net::Address>& route)
{
    std::string text;
    for (const net::Address& address : route)
        text += (text.empty() ? "RR: \t" : "\t") + address.host() + "\n";
    return text;
}

std::string stray_line(const Received& received, Version version, const Match& match)
{
    std::string line = from_text(received, received.from.host());
    if (match.kind == ReplyKind::unrelated) {
        const auto message = parse_message(version, received.bytes);
        return line + " " +
               (message ? net::icmp_name(version, message->type, message->code) : "cut short") +
               (match.why.empty() ? ", not ours" : ", " + match.why);
    }
    if (match.number != 0) line += " " + sequence_text(match.number);
    line += match.kind == ReplyKind::corrupt         ? " corrupt"
            : match.kind == ReplyKind::other_address ? " from another address"
                                                     : " answers no ping of ours";
    return line + ": " + match.why;
}

std::string labels_text(const IcmpError& error)
{
    constexpr std::size_t most = 8; // real label stacks are smaller
    std::string text;
    std::size_t count = 0;
    for (const Extension& extension : error.extensions)
        for (const MplsLabel& label : extension.labels)
            if (++count <= most)
                text += (text.empty() ? "MPLS label " : ", label ") + std::to_string(label.label) +
                        ", class " + std::to_string(label.traffic_class) + ", TTL " +
                        std::to_string(label.ttl);
    return count > most ? text + ", and " + std::to_string(count - most) + " more" : text;
}

std::string meaning_text(const IcmpError& error)
{
    std::string text = net::icmp_name(error.version, error.type, error.code);
    if (error.is_too_big())
        text += " (mtu = " + (error.mtu == 0 ? "not told" : std::to_string(error.mtu)) + ")";
    if (error.gateway) text += " (New nexthop: " + error.gateway->host() + ")";
    if (error.pointer) text += ": pointer = " + std::to_string(*error.pointer);
    const auto meaning = net::icmp_meaning(error.version, error.type, error.code);
    if (!meaning.empty()) text += ": " + meaning;
    const std::string labels = labels_text(error);
    if (!labels.empty()) text += "; " + labels + " (RFC 4950)";
    return text;
}

std::string error_line(const Match& match, bool names_target)
{
    const IcmpError& error = *match.error;
    return "From " + error.reporter.host() + " " + sequence_text(match.number) + " " +
           meaning_text(error) +
           (names_target && match.target ? ", about " + match.target->name : "");
}

std::string summary_text(const Target& target, std::chrono::nanoseconds time)
{
    const net::PingSummary pings = target.log.summary();
    return "\n--- " + target.name + " ping statistics ---\n" + net::counts_text(pings) +
           net::time_text(time) + "\n" + (pings.rtt ? net::rtt_line(*pings.rtt) : "");
}

namespace {

std::string left(std::string text, std::size_t width)
{
    text.append(text.size() < width ? width - text.size() : 0, ' ');
    return text;
}

constexpr std::size_t figure_width = 9;

std::string row(const std::vector<std::string>& figures)
{
    std::string text;
    for (const std::string& figure : figures)
        text += " " + net::right_aligned(figure, figure_width);
    return text + "\n";
}

std::string row_of(const net::PingSummary& pings)
{
    std::vector<std::string> figures{std::to_string(pings.transmitted),
                                     std::to_string(pings.received), std::to_string(pings.errors),
                                     net::percent_text(pings.lost, pings.received + pings.lost) +
                                         "%"};
    const net::RttFigures rtt = pings.rtt.value_or(net::RttFigures{});
    for (const auto time : {rtt.min, rtt.avg, rtt.max, rtt.p95})
        figures.push_back(pings.rtt ? net::milliseconds_text(time) : "-");
    return row(figures);
}

} // namespace

std::string table_text(const Targets& targets, std::chrono::nanoseconds time)
{
    std::size_t width = 4;
    std::size_t answered = 0;
    for (const Target& target : targets) {
        width = std::max(width, label_of(target, false).size());
        answered += target.log.counts().received > 0 ? 1 : 0;
    }
    std::string text = "\n--- ping statistics: " + net::count_text(targets.size(), "host") + ", " +
                       std::to_string(answered) + " answered" + net::time_text(time) + " ---\n" +
                       left("host", width) +
                       row({"sent", "received", "errors", "loss", "min", "avg", "max", "p95 ms"});
    for (const Target& target : targets)
        text += left(label_of(target, false), width) + row_of(target.log.summary());
    return text;
}

std::string json_text(const Target& target, std::chrono::nanoseconds time)
{
    const net::PingSummary pings = target.log.summary();
    net::JsonMembers members{{"host", net::json_string(target.name)},
                             {"address", net::json_string(target.host)}};
    std::ranges::move(net::json_counts(pings), std::back_inserter(members));
    std::ranges::move(net::JsonMembers{{"advice", std::to_string(target.advice)},
                                       {"time_ms", net::milliseconds_text(time)},
                                       {"rtt_ms", net::json_rtt(pings)}},
                      std::back_inserter(members));
    return net::json_object(members);
}

} // namespace icmppinger
