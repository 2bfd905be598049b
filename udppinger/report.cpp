#include "udppinger/report.h"

#include <algorithm>
#include <iterator>

#include "common/ping/icmp_names.h"
#include "common/ping/ping_report.h"
#include "common/program/output.h"
#include "udppinger/explain.h"

namespace udppinger {
namespace {

std::string seq(std::uint64_t number)
{
    return "seq=" + std::to_string(number);
}

std::string title(const std::string& host, std::string_view what)
{
    return "\n--- " + host + " " + std::string(what) + " ---\n";
}

} // namespace

std::string reply_line(const std::string& host, const PingAnswer& answer)
{
    const std::string cut = " (cut to " + net::count_text(answer.cut_to, "byte") + ")";
    return net::count_text(answer.size, "byte") + " from " + host + ": " + seq(answer.number) +
           " time=" + net::milliseconds_text(answer.reply.rtt) + " ms" + net::remark(answer.reply) +
           (answer.cut_to > 0 ? cut : "") + "\n";
}

std::string lost_line(std::uint64_t number, bool dropped)
{
    return "no answer for " + seq(number) + (dropped ? " (dropped here on purpose)" : "") + "\n";
}

std::string meaning_of(const net::DatagramError& error)
{
    const auto version = error.is_ipv6 ? net::IcmpVersion::v6 : net::IcmpVersion::v4;
    const bool is_too_big = error.is_ipv6 ? error.type == 2 : error.type == 3 && error.code == 4;
    std::string text = net::icmp_name(version, error.type, error.code);
    if (is_too_big)
        text += " (mtu = " + (error.info == 0 ? "not told" : std::to_string(error.info)) + ")";
    const std::string meaning = net::icmp_meaning(version, error.type, error.code);
    return text + ": " + (meaning.empty() ? net::reason(error.cause) : meaning);
}

std::string error_line(const net::DatagramError& error, std::uint64_t number)
{
    return "From " + error.reporter.host() + " " + (number == 0 ? "" : seq(number) + " ") +
           meaning_of(error) + (number == 0 ? ", about an earlier ping" : "") + "\n";
}

std::string stray_line(std::string_view bytes, const std::string& host, std::uint64_t number)
{
    return net::count_text(bytes.size(), "byte") + " from " + host + ": " +
           (number == 0 ? "answers no ping of ours" : seq(number) + " corrupt") + ": " +
           quoted(bytes) + "\n";
}

std::string other_address_line(std::size_t size, const net::Address& from, std::uint64_t number)
{
    return net::count_text(size, "byte") + " from " + from.text() + ": " + seq(number) +
           " from another address than pinged\n";
}

std::string summary_text(const std::string& host, const Summary& summary)
{
    const net::PingSummary& pings = summary.pings;
    const auto remark_on = [](std::uint64_t count, std::string_view what) {
        return count == 0 ? "" : " (" + std::to_string(count) + " " + std::string(what) + ")";
    };
    return title(host, "ping statistics") + net::counts_text(pings) +
           remark_on(summary.dropped, "dropped on purpose") + remark_on(summary.cut, "cut") +
           net::time_text(summary.time) + "\n" + (pings.rtt ? net::rtt_line(*pings.rtt) : "");
}

std::string heartbeat_summary_text(const std::string& host, const Summary& summary)
{
    const net::PingSummary& pings = summary.pings;
    return title(host, "heartbeat statistics") + net::count_text(pings.transmitted, "heartbeat") +
           " sent" + net::also(pings.errors, pings.errors == 1 ? "error" : "errors") +
           net::also(summary.dropped, "dropped on purpose") + net::time_text(summary.time) + "\n";
}

namespace {

std::string number(std::uint64_t value)
{
    return std::to_string(value);
}

net::JsonMembers json_peer(const std::string& host, const net::Address& peer)
{
    return {{"host", net::json_string(host)},
            {"address", net::json_string(peer.host())},
            {"port", number(peer.port())}};
}

std::string json_object(net::JsonMembers members, const net::JsonMembers& more)
{
    std::ranges::copy(more, std::back_inserter(members));
    return net::json_object(members) + "\n";
}

} // namespace

std::string json_text(const std::string& host, const net::Address& peer, const Summary& summary)
{
    const net::PingSummary& pings = summary.pings;
    net::JsonMembers members = json_peer(host, peer);
    std::ranges::move(net::json_counts(pings), std::back_inserter(members));
    return json_object(std::move(members), {{"cut", number(summary.cut)},
                                            {"dropped_on_purpose", number(summary.dropped)},
                                            {"time_ms", net::milliseconds_text(summary.time)},
                                            {"rtt_ms", net::json_rtt(pings)}});
}

std::string heartbeat_json_text(const std::string& host, const net::Address& peer,
                                const Summary& summary)
{
    return json_object(json_peer(host, peer), {{"transmitted", number(summary.pings.transmitted)},
                                               {"errors", number(summary.pings.errors)},
                                               {"dropped_on_purpose", number(summary.dropped)},
                                               {"time_ms", net::milliseconds_text(summary.time)}});
}

} // namespace udppinger
