#include "common/ping/ping_report.h"

#include "common/program/output.h"

namespace net {

std::string remark(const PingLog::Reply& reply)
{
    std::string text;
    if (reply.arrival == Arrival::duplicate) text += " (DUP!)";
    if (reply.arrival == Arrival::late) text += " (late: it counts as lost)";
    if (reply.reordered) text += " (out of order)";
    return text;
}

std::string also(std::uint64_t count, std::string_view what)
{
    return count == 0 ? "" : ", " + std::to_string(count) + " " + std::string(what);
}

namespace {

std::string loss_text(const PingSummary& pings)
{
    return ", " + percent_text(pings.lost, pings.received + pings.lost) + "% packet loss";
}

} // namespace

std::string counts_text(const PingSummary& pings)
{
    const auto plus = [](std::uint64_t count, std::string_view what) {
        return count == 0 ? "" : ", +" + std::to_string(count) + " " + std::string(what);
    };
    return std::to_string(pings.transmitted) + " packets transmitted, " +
           std::to_string(pings.received) + " received" + plus(pings.duplicates, "duplicates") +
           plus(pings.corrupt, "corrupted") + plus(pings.errors, "errors") +
           also(pings.in_flight, "still in flight") + also(pings.late, "late") +
           also(pings.reordered, "out of order") + also(pings.foreign, "foreign") +
           loss_text(pings);
}

std::string time_text(std::chrono::nanoseconds time)
{
    return ", time " + std::to_string(time / std::chrono::milliseconds(1)) + "ms";
}

std::string rtt_line(const RttFigures& rtt)
{
    return "rtt min/avg/max/mdev = " + milliseconds_text(rtt.min) + "/" +
           milliseconds_text(rtt.avg) + "/" + milliseconds_text(rtt.max) + "/" +
           milliseconds_text(rtt.mdev) + " ms, p50/p95/p99 = " + milliseconds_text(rtt.p50) + "/" +
           milliseconds_text(rtt.p95) + "/" + milliseconds_text(rtt.p99) +
           " ms, jitter = " + milliseconds_text(rtt.jitter) + " ms\n";
}

std::string status_line(const PingSummary& pings)
{
    std::string line = std::to_string(pings.received) + "/" + std::to_string(pings.transmitted) +
                       " packets" + also(pings.in_flight, "in flight") + loss_text(pings);
    if (pings.rtt)
        line += ", min/avg/max = " + milliseconds_text(pings.rtt->min) + "/" +
                milliseconds_text(pings.rtt->avg) + "/" + milliseconds_text(pings.rtt->max) + " ms";
    return line + "\n";
}

JsonMembers json_counts(const PingSummary& pings)
{
    const auto number = [](std::uint64_t value) { return std::to_string(value); };
    return {{"transmitted", number(pings.transmitted)},
            {"received", number(pings.received)},
            {"lost", number(pings.lost)},
            {"in_flight", number(pings.in_flight)},
            {"loss_percent", percent_text(pings.lost, pings.received + pings.lost)},
            {"errors", number(pings.errors)},
            {"late", number(pings.late)},
            {"duplicates", number(pings.duplicates)},
            {"reordered", number(pings.reordered)},
            {"corrupt", number(pings.corrupt)},
            {"foreign", number(pings.foreign)}};
}

std::string json_rtt(const PingSummary& pings)
{
    if (!pings.rtt) return "null";
    const RttFigures& rtt = *pings.rtt;
    return json_object({{"min", milliseconds_text(rtt.min)},
                        {"avg", milliseconds_text(rtt.avg)},
                        {"max", milliseconds_text(rtt.max)},
                        {"mdev", milliseconds_text(rtt.mdev)},
                        {"p50", milliseconds_text(rtt.p50)},
                        {"p95", milliseconds_text(rtt.p95)},
                        {"p99", milliseconds_text(rtt.p99)},
                        {"jitter", milliseconds_text(rtt.jitter)}});
}

} // namespace net
