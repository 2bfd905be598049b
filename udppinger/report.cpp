#include "udppinger/report.h"

#include <vector>

#include "common/ascii.h"
#include "udppinger/explain.h"
#include "udppinger/output.h"
#include "udppinger/unreachable.h"

namespace udppinger {
namespace {

std::string seq(std::uint64_t number)
{
    return "seq=" + std::to_string(number);
}

/// ", 2 late": nothing when there is none.
std::string also(std::uint64_t count, std::string_view what)
{
    return count == 0 ? "" : ", " + std::to_string(count) + " " + std::string(what);
}

std::string loss_text(const net::PingSummary& pings)
{
    return net::percent_text(pings.lost, pings.received + pings.lost) + "% packet loss";
}

std::string title(const std::string& host, std::string_view what)
{
    return "\n--- " + host + " " + std::string(what) + " ---\n";
}

std::string rtt_lines(const net::RttFigures& rtt)
{
    return "rtt min/avg/max/mdev = " + milliseconds_text(rtt.min) + "/" +
           milliseconds_text(rtt.avg) + "/" + milliseconds_text(rtt.max) + "/" +
           milliseconds_text(rtt.mdev) + " ms\np50/p95/p99 = " + milliseconds_text(rtt.p50) + "/" +
           milliseconds_text(rtt.p95) + "/" + milliseconds_text(rtt.p99) +
           " ms, jitter = " + milliseconds_text(rtt.jitter) + " ms\n";
}

} // namespace

std::string reply_line(std::size_t size, const std::string& host, std::uint64_t number,
                       const net::PingLog::Reply& reply)
{
    std::string line = count_text(size, "byte") + " from " + host + ": " + seq(number) +
                       " time=" + milliseconds_text(reply.rtt) + " ms";
    if (reply.arrival == net::Arrival::duplicate) line += " (duplicate)";
    if (reply.arrival == net::Arrival::late) line += " (late: it counts as lost)";
    if (reply.reordered) line += " (out of order)";
    return line + "\n";
}

std::string lost_line(std::uint64_t number, bool dropped)
{
    return "no answer for " + seq(number) + (dropped ? " (dropped here on purpose)" : "") + "\n";
}

std::string error_line(const net::DatagramError& error, std::uint64_t number)
{
    return "From " + error.reporter.host() + ": " +
           (number == 0 ? "an earlier ping" : seq(number)) + " " + meaning_of(error) + "\n";
}

std::string stray_line(std::string_view bytes, const std::string& host, std::uint64_t number)
{
    return count_text(bytes.size(), "byte") + " from " + host + ": " +
           (number == 0 ? "no answer to any ping" : seq(number) + " corrupt") + ": " +
           quoted(bytes) + "\n";
}

std::string summary_text(const std::string& host, const Summary& summary)
{
    const net::PingSummary& pings = summary.pings;
    const std::string text =
        title(host, "UDP ping statistics") + count_text(pings.transmitted, "packet") +
        " transmitted, " + std::to_string(pings.received) + " received" +
        also(pings.errors, pings.errors == 1 ? "error" : "errors") +
        also(pings.in_flight, "still in flight") + also(pings.late, "late") +
        also(pings.duplicates, pings.duplicates == 1 ? "duplicate" : "duplicates") +
        also(pings.reordered, "out of order") + also(summary.corrupt, "corrupt") +
        also(pings.unknown, "foreign") + ", " + loss_text(pings) +
        (summary.dropped == 0 ? ""
                              : " (" + std::to_string(summary.dropped) + " dropped on purpose)") +
        ", time " + std::to_string(summary.time / std::chrono::milliseconds(1)) + " ms\n";
    return text + (pings.rtt ? rtt_lines(*pings.rtt) : "");
}

std::string heartbeat_summary_text(const std::string& host, const Summary& summary)
{
    const net::PingSummary& pings = summary.pings;
    return title(host, "heartbeat statistics") + count_text(pings.transmitted, "heartbeat") +
           " sent" + also(pings.errors, pings.errors == 1 ? "error" : "errors") +
           also(summary.dropped, "dropped on purpose") + ", time " +
           std::to_string(summary.time / std::chrono::milliseconds(1)) + " ms\n";
}

std::string status_line(const Summary& summary)
{
    const net::PingSummary& pings = summary.pings;
    std::string line = std::to_string(pings.received) + "/" + std::to_string(pings.transmitted) +
                       " packets" + also(pings.in_flight, "in flight") + ", " + loss_text(pings);
    if (pings.rtt)
        line += ", min/avg/max = " + milliseconds_text(pings.rtt->min) + "/" +
                milliseconds_text(pings.rtt->avg) + "/" + milliseconds_text(pings.rtt->max) + " ms";
    return line + "\n";
}

namespace {

/// A JSON string. A host's name comes from the command line: bytes that are no UTF-8 stay as they
/// are.
std::string json_string(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        if (net::is_control(c))
            result += "\\u00" + net::hex_escape(c).substr(2);
        else if (c == '"' || c == '\\')
            result += {'\\', c};
        else
            result += c;
    }
    return result + '"';
}

std::string json_object(const std::vector<std::pair<std::string, std::string>>& members)
{
    std::string text;
    for (const auto& [name, value] : members)
        text += (text.empty() ? "{" : ",") + json_string(name) + ":" + value;
    return text + "}";
}

std::string json_rtt(const std::optional<net::RttFigures>& rtt)
{
    if (!rtt) return "null";
    return json_object({{"min", milliseconds_text(rtt->min)},
                        {"avg", milliseconds_text(rtt->avg)},
                        {"max", milliseconds_text(rtt->max)},
                        {"mdev", milliseconds_text(rtt->mdev)},
                        {"p50", milliseconds_text(rtt->p50)},
                        {"p95", milliseconds_text(rtt->p95)},
                        {"p99", milliseconds_text(rtt->p99)},
                        {"jitter", milliseconds_text(rtt->jitter)}});
}

} // namespace

std::string json_text(const std::string& host, const net::Address& peer, const Summary& summary)
{
    const net::PingSummary& pings = summary.pings;
    const auto number = [](std::uint64_t value) { return std::to_string(value); };
    return json_object(
               {{"host", json_string(host)},
                {"address", json_string(peer.host())},
                {"port", number(peer.port())},
                {"transmitted", number(pings.transmitted)},
                {"received", number(pings.received)},
                {"lost", number(pings.lost)},
                {"in_flight", number(pings.in_flight)},
                {"loss_percent", net::percent_text(pings.lost, pings.received + pings.lost)},
                {"errors", number(pings.errors)},
                {"late", number(pings.late)},
                {"duplicates", number(pings.duplicates)},
                {"reordered", number(pings.reordered)},
                {"corrupt", number(summary.corrupt)},
                {"foreign", number(pings.unknown)},
                {"dropped_on_purpose", number(summary.dropped)},
                {"time_ms", milliseconds_text(summary.time)},
                {"rtt_ms", json_rtt(pings.rtt)}}) +
           "\n";
}

} // namespace udppinger
