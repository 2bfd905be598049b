// Shows a run in the style that the user chose: lines, a chart, one JSON object, or the figures
// alone.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "common/ping/chart.h"
#include "common/ping/ping_log.h"
#include "common/program/output.h"
#include "common/udp_socket.h"
#include "udppinger/report.h"

namespace udppinger {

/// How a run is shown.
struct Style {
    bool quiet = false; // only the figures at the end
    bool json = false;  // only one object at the end
    bool chart = false; // a chart, if standard output is a terminal
    bool times = false; // each line begins with the time of day
    bool heartbeat = false;
};

class Screen {
public:
    /// `host` is the peer as the user named it. Writes to a stalled reader give up at `end`.
    Screen(std::string host, const Style& style, net::Deadline end);

    /// A run begins, of datagrams of about `size` bytes; `note` ends the first line.
    void start(const net::Address& peer, std::size_t size, const std::string& note);
    /// Ping `number` has left.
    void sent(std::uint64_t number, std::size_t size);
    void answered(const PingAnswer& answer);
    void lost(std::uint64_t number, bool dropped);
    /// An ICMP error about ping `number`, 0 when unknown.
    void failed(const net::DatagramError& error, std::uint64_t number);
    /// A ping that could not be sent at all.
    void not_sent(std::uint64_t number, const std::string& reason);
    /// A damaged answer to ping `number`, or an answer to no ping of ours (0).
    void stray(std::string_view bytes, std::uint64_t number);
    /// A right answer to ping `number` that came from another address.
    void answered_elsewhere(const net::Datagram& datagram, std::uint64_t number);
    /// Lines about a datagram's parts, on standard error.
    void explain(const std::string& text) const;
    /// The figures so far, on standard error.
    void status(const Summary& summary) const;
    /// The run is over. With `ended_early` (a signal or the deadline) the final output has a time
    /// limit.
    void finish(const Summary& summary, const net::Histogram& rtts, bool ended_early);

private:
    void print(const std::string& text) const { net::print(text, end_); }
    void diagnose(const std::string& text) const { net::print_diagnostic(text, end_); }
    void line(const std::string& text) const;
    [[nodiscard]] bool has_lines() const { return !style_.quiet && !style_.json && !strip_; }

    std::string host_;
    Style style_;
    net::Deadline end_;
    net::Terminal terminal_;
    net::Address peer_;
    std::string peer_host_; // the peer's numeric address
    std::optional<net::Strip> strip_;
    std::set<std::string> errors_; // shown at the end: the strip has no room
};

} // namespace udppinger
