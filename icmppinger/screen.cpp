#include "icmppinger/screen.h"

#include "common/ping/ping_report.h"
#include "common/text/json.h"

namespace icmppinger {
namespace {

std::string banner(const Targets& targets, bool has_several, const PingRequest& request)
{
    const bool is_other_query = request.kind != RequestKind::echo;
    if (has_several)
        return (is_other_query ? "QUERY " : "PING ") + net::count_text(targets.size(), "host") +
               (is_other_query ? "\n"
                               : ": " + std::to_string(request.size) + " bytes of data each.\n");
    if (is_other_query) return "QUERY " + targets[0].name + " (" + targets[0].host + ")\n";
    constexpr std::size_t ipv4_header_size = 20;
    constexpr std::size_t ipv6_header_size = 40;
    const std::size_t headers =
        header_size + (targets[0].version == Version::v4 ? ipv4_header_size : ipv6_header_size);
    return "PING " + targets[0].name + " (" + targets[0].host + ") " +
           std::to_string(request.size) + "(" + std::to_string(request.size + headers) +
           ") bytes of data.\n";
}

/// A note for the queries that RFC 6918 deprecates; else empty.
std::string deprecation(RequestKind kind)
{
    if (kind == RequestKind::mask) return "note: RFC 6918 has deprecated address mask messages\n";
    if (kind == RequestKind::information)
        return "note: RFC 6918 has deprecated information messages\n";
    return {};
}

} // namespace

Screen::Screen(const Style& style, std::vector<std::string> hosts, net::Deadline end)
    : style_(style), hosts_(std::move(hosts)), end_(end), terminal_(net::find_terminal())
{
}

void Screen::start(const Targets& targets, const PingRequest& request)
{
    if (style_.json) return;
    diagnose(deprecation(request.kind));
    print(banner(targets, has_several(), request));
    dots_ = style_.dots && !style_.quiet && terminal_.is_there && !style_.chart;
    if (style_.chart && !style_.quiet && !has_several() && terminal_.is_there) {
        strip_.emplace(terminal_.width, terminal_.coloured);
        print(strip_->legend());
    }
}

void Screen::sent(std::uint64_t number)
{
    if (strip_) print(strip_->sent(number));
    mark(".");
}

void Screen::answered(const PingReply& answer, const PingRequest& request)
{
    const bool is_first = answer.reply.arrival == net::Arrival::first;
    if (strip_ && is_first) print(strip_->answered(answer.number, answer.reply.rtt));
    if (is_first) mark("\b \b");
    if (has_lines())
        line(reply_line(answer, style_.numeric) +
             reply_details(answer.received, request.kind, request.wall_ahead) + "\n" +
             route_text(answer.received.route));
}

void Screen::lost(const Target& target, std::uint64_t number)
{
    if (strip_) print(strip_->lost(number));
    if (has_lines())
        line("no answer for icmp_seq=" + std::to_string(number) +
             (has_several() ? " to " + target.name : "") + "\n");
}

void Screen::outstanding(const Target& target, std::uint64_t number)
{
    if (has_lines())
        line("no answer yet for icmp_seq=" + std::to_string(number) +
             (has_several() ? " to " + target.name : "") + "\n");
}

void Screen::icmp_error(const Match& match, bool changed)
{
    const IcmpError& error = *match.error;
    if (strip_) {
        errors_.insert("From " + error.reporter.host() + " " + meaning_text(error) + "\n");
        if (changed) print(strip_->failed(match.number));
    }
    if (changed) mark("\bE");
    if (has_lines()) line(error_line(match, has_several()) + "\n");
}

void Screen::not_sent(const Target& target, std::uint64_t number, const std::string& reason)
{
    mark("E");
    if (strip_) print(strip_->sent(number) + strip_->failed(number));
    const std::string what = reason + (has_several() ? ", about " + target.name : "");
    if (has_lines())
        net::complain("icmppinger", "icmp_seq=" + std::to_string(number) + ": " + what, end_);
    else
        errors_.insert(what + "\n");
}

void Screen::stray(const Received& received, Version version, const Match& match)
{
    if (match.kind == ReplyKind::unrelated && !style_.verbose) return;
    if (has_lines()) line(stray_line(received, version, match) + "\n");
}

void Screen::status(const Targets& targets) const
{
    std::string text = terminal_.is_there ? "\n" : "";
    for (const Target& target : targets)
        text += (has_several() ? target.name + ": " : "") + net::status_line(target.log.summary());
    diagnose(text);
}

void Screen::finish(const Targets& targets, std::chrono::nanoseconds time, bool ended_early)
{
    end_ = ended_early ? net::Deadline::in(net::final_output_timeout) : net::Deadline::never();
    if (style_.json) {
        for (const std::string& error : errors_)
            diagnose("icmppinger: " + error);
        print(json_text(targets, time) + "\n");
        return;
    }
    std::string text = strip_ ? "\n" : "";
    for (const std::string& error : errors_)
        text += error;
    text += has_several() ? table_text(targets, time) : summary_text(targets[0], time);
    if (strip_)
        text += "\n" + net::histogram_text(targets[0].log.rtts(), targets[0].log.counts().lost,
                                           terminal_.width, terminal_.coloured);
    print(text);
}

/// One object for one host; for several, an array in command-line order, including the hosts that
/// were not found.
std::string Screen::json_text(const Targets& targets, std::chrono::nanoseconds time) const
{
    if (!has_several()) return icmppinger::json_text(targets[0], time);
    std::vector<std::string> objects;
    std::size_t next = 0;
    for (const std::string& host : hosts_)
        if (next < targets.size() && targets[next].name == host)
            objects.push_back(icmppinger::json_text(targets[next++], time));
        else
            objects.push_back(
                net::json_object({{"host", net::json_string(host)}, {"address", "null"}}));
    return net::json_object({{"hosts", net::json_array(objects)}});
}

void Screen::line(const std::string& text) const
{
    print(style_.times ? net::time_prefix() + text : text);
}

void Screen::mark(const std::string& text) const
{
    if (dots_) print(text);
}

} // namespace icmppinger
