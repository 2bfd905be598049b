// What the user sees of a run, in the way he asked for: lines, a chart, dots, one JSON object, or
// the figures alone.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "common/ping/chart.h"
#include "common/program/output.h"
#include "icmppinger/report.h"

namespace icmppinger {

/// How a run is shown.
struct Style {
    bool quiet = false;   // only the figures at the end
    bool json = false;    // only one object at the end
    bool chart = false;   // a picture, where standard output is a terminal
    bool dots = false;    // one a ping, taken back by its answer: for floods, on a terminal
    bool times = false;   // each line begins with the time of day
    bool numeric = false; // addresses, no names
    bool verbose = false; // other ICMP, too
};

class Screen {
public:
    /// `hosts` are those that the user named, found or not. Whoever reads has time until `end`.
    Screen(const Style& style, std::vector<std::string> hosts, net::Deadline end);

    /// A run begins, of ICMP messages with so much data behind their header.
    void start(const Targets& targets, const Question& question);
    void sent(std::uint64_t number);
    void answered(const Answer& answer, const Question& question);
    /// A ping has been given up.
    void lost(const Target& target, std::uint64_t number);
    /// A ping has no answer yet and the next one leaves.
    void outstanding(const Target& target, std::uint64_t number);
    /// An error or advice, about the ping that the verdict tells; `is_news`: it decided its fate.
    void control(const Verdict& verdict, bool is_news);
    /// A ping that could not be sent at all.
    void not_sent(const Target& target, std::uint64_t number, const std::string& reason);
    /// What came and does not count.
    void stray(const Received& received, Version version, const Verdict& verdict);
    /// Where the run stands now.
    void status(const Targets& targets) const;
    /// The run is over; `asked`: because somebody or its deadline says so.
    void finish(const Targets& targets, std::chrono::nanoseconds time, bool asked);

private:
    void print(const std::string& text) const { net::print(text, end_); }
    void diagnose(const std::string& text) const { net::print_diagnostic(text, end_); }
    void line(const std::string& text) const;
    void mark(const std::string& text) const;
    [[nodiscard]] bool has_lines() const
    {
        return !style_.quiet && !style_.json && !strip_ && !dots_;
    }

    [[nodiscard]] bool has_several() const { return hosts_.size() != 1; }
    [[nodiscard]] std::string json_text(const Targets& targets,
                                        std::chrono::nanoseconds time) const;

    Style style_;
    std::vector<std::string> hosts_;
    net::Deadline end_;
    net::Terminal terminal_;
    bool dots_ = false;
    std::optional<net::Strip> strip_;
    std::set<std::string> errors_; // what the strip has no room for
};

} // namespace icmppinger
