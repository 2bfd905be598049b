#include "udppinger/screen.h"

#include "common/ping/ping_report.h"

namespace udppinger {

Screen::Screen(std::string host, const Style& style, net::Deadline end)
    : host_(std::move(host)), style_(style), end_(end), terminal_(net::find_terminal())
{
}

void Screen::start(const net::Address& peer, std::size_t size, const std::string& note)
{
    peer_ = peer;
    peer_host_ = peer.host();
    if (style_.json) return;
    print((style_.heartbeat ? "HEARTBEAT " : "PING ") + host_ + " (" + peer_host_ + ") port " +
          std::to_string(peer.port()) + ": " + net::count_text(size, "byte") + " over UDP" + note +
          "\n");
    if (style_.chart && !style_.quiet && !style_.heartbeat && terminal_.is_there) {
        strip_.emplace(terminal_.width, terminal_.coloured);
        print(strip_->legend());
    }
}

void Screen::sent(std::uint64_t number, std::size_t size)
{
    if (strip_) print(strip_->sent(number));
    if (style_.heartbeat)
        line(net::count_text(size, "byte") + " to " + peer_host_ +
             ": seq=" + std::to_string(number) + "\n");
}

void Screen::answered(const PingAnswer& answer)
{
    if (strip_ && answer.reply.arrival == net::Arrival::first)
        print(strip_->answered(answer.number, answer.reply.rtt));
    if (has_lines()) line(reply_line(peer_host_, answer));
}

void Screen::lost(std::uint64_t number, bool dropped)
{
    if (strip_) print(strip_->lost(number));
    if (has_lines()) line(lost_line(number, dropped));
}

void Screen::failed(const net::DatagramError& error, std::uint64_t number)
{
    if (strip_) {
        errors_.insert("From " + error.reporter.host() + " " + meaning_of(error) + "\n");
        print(strip_->failed(number));
    }
    if (has_lines()) line(error_line(error, number));
}

void Screen::not_sent(std::uint64_t number, const std::string& reason)
{
    if (strip_) print(strip_->sent(number) + strip_->failed(number));
    if (has_lines())
        net::complain("udppinger", "seq=" + std::to_string(number) + ": " + reason, end_);
    else
        errors_.insert(reason + "\n");
}

void Screen::stray(std::string_view bytes, std::uint64_t number)
{
    if (has_lines()) line(stray_line(bytes, peer_host_, number));
}

void Screen::answered_elsewhere(const net::Datagram& datagram, std::uint64_t number)
{
    if (has_lines()) line(other_address_line(datagram.bytes.size(), datagram.from, number));
}

void Screen::explain(const std::string& text) const
{
    diagnose(text);
}

void Screen::status(const Summary& summary) const
{
    diagnose((terminal_.is_there ? "\n" : "") + net::status_line(summary.pings));
}

void Screen::finish(const Summary& summary, const net::Histogram& rtts, bool ended_early)
{
    end_ = ended_early ? net::Deadline::in(net::final_output_timeout) : net::Deadline::never();
    if (style_.json) {
        for (const std::string& error : errors_)
            diagnose("udppinger: " + error);
        print(style_.heartbeat ? heartbeat_json_text(host_, peer_, summary)
                               : json_text(host_, peer_, summary));
        return;
    }
    std::string text = strip_ ? "\n" : "";
    for (const std::string& error : errors_)
        text += error;
    text +=
        style_.heartbeat ? heartbeat_summary_text(host_, summary) : summary_text(host_, summary);
    if (strip_)
        text += "\n" +
                net::histogram_text(rtts, summary.pings.lost, terminal_.width, terminal_.coloured);
    print(text);
}

void Screen::line(const std::string& text) const
{
    if (has_lines()) print(style_.times ? net::time_prefix() + text : text);
}

} // namespace udppinger
