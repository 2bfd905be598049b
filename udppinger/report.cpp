#include "udppinger/report.h"

#include "common/icmp_names.h"
#include "common/output.h"
#include "common/ping_report.h"
#include "udppinger/explain.h"
#include <algorithm>
#include <iterator>

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

std::string reply_line(std::size_t size, const std::string& host, std::uint64_t number,
                       const net::PingLog::Reply& reply)
{
    std::string line = net::count_text(size, "byte") + " from " + host + ": " + seq(number) +
                       " time=" + net::milliseconds_text(reply.rtt) + " ms";
    if (reply.arrival == net::Arrival::duplicate) line += " (duplicate)";
    if (reply.arrival == net::Arrival::late) line += " (late: it counts as lost)";
    if (reply.reordered) line += " (out of order)";
    return line + "\n";
}

std::string lost_line(std::uint64_t number, bool dropped)
{
    return "no answer for " + seq(number) + (dropped ? " (dropped here on purpose)" : "") + "\n";
}

std::string meaning_of(const net::DatagramError& error)
{
    const auto version = error.is_ipv6 ? net::IcmpVersion::v6 : net::IcmpVersion::v4;
    const auto* known = net::find_icmp_meaning(version, error.type, error.code);
    const bool is_too_big = error.is_ipv6 ? error.type == 2 : error.type == 3 && error.code == 4;
    return net::icmp_name(version, error.type, error.code) +
           (is_too_big && error.info != 0 ? " (mtu = " + std::to_string(error.info) + ")" : "") +
           ": " + (known == nullptr ? net::reason(error.cause) : std::string(known->meaning));
}

std::string error_line(const net::DatagramError& error, std::uint64_t number)
{
    return "From " + error.reporter.host() + ": " +
           (number == 0 ? "an earlier ping" : seq(number)) + " " + meaning_of(error) + "\n";
}

std::string stray_line(std::string_view bytes, const std::string& host, std::uint64_t number)
{
    return net::count_text(bytes.size(), "byte") + " from " + host + ": " +
           (number == 0 ? "no answer to any ping" : seq(number) + " corrupt") + ": " +
           quoted(bytes) + "\n";
}

std::string summary_text(const std::string& host, const Summary& summary)
{
    const net::PingSummary& pings = summary.pings;
    const std::string text =
        title(host, "UDP ping statistics") + net::count_text(pings.transmitted, "packet") +
        " transmitted, " + std::to_string(pings.received) + " received" +
        net::also(pings.errors, pings.errors == 1 ? "error" : "errors") +
        net::also(pings.in_flight, "still in flight") + net::also(pings.late, "late") +
        net::also(pings.duplicates, pings.duplicates == 1 ? "duplicate" : "duplicates") +
        net::also(pings.reordered, "out of order") + net::also(summary.corrupt, "corrupt") +
        net::also(pings.unknown, "foreign") + ", " + net::loss_text(pings) +
        (summary.dropped == 0 ? ""
                              : " (" + std::to_string(summary.dropped) + " dropped on purpose)") +
        ", time " + std::to_string(summary.time / std::chrono::milliseconds(1)) + " ms\n";
    return text + (pings.rtt ? net::rtt_lines(*pings.rtt) : "");
}

std::string heartbeat_summary_text(const std::string& host, const Summary& summary)
{
    const net::PingSummary& pings = summary.pings;
    return title(host, "heartbeat statistics") + net::count_text(pings.transmitted, "heartbeat") +
           " sent" + net::also(pings.errors, pings.errors == 1 ? "error" : "errors") +
           net::also(summary.dropped, "dropped on purpose") + ", time " +
           std::to_string(summary.time / std::chrono::milliseconds(1)) + " ms\n";
}

std::string status_line(const Summary& summary)
{
    return net::status_line(summary.pings);
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
    return json_object(std::move(members), {{"corrupt", number(summary.corrupt)},
                                            {"foreign", number(pings.unknown)},
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
