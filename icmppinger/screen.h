// The output of a run in the chosen style: lines, a chart, dots, one JSON object, or only the
// statistics.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "common/ping/chart.h"
#include "common/program/output.h"
#include "icmppinger/report.h"

namespace icmppinger {

/// Output style.
struct Style {
    bool quiet = false;   // only the statistics at the end
    bool json = false;    // only one object at the end
    bool chart = false;   // a chart, if standard output is a terminal
    bool dots = false;    // one per ping, erased by its answer: for floods, on a terminal
    bool times = false;   // each line begins with the time of day
    bool numeric = false; // addresses, no names
    bool verbose = false; // other ICMP messages, too
};

class Screen {
public:
    /// `hosts` are all hosts of the command line, resolved or not. Writes to a stalled reader give
    /// up at `end`.
    Screen(const Style& style, std::vector<std::string> hosts, net::Deadline end);

    /// Prints the banner of a run.
    void start(const Targets& targets, const PingRequest& request);
    void sent(std::uint64_t number);
    void answered(const PingReply& answer, const PingRequest& request);
    /// A ping timed out.
    void lost(const Target& target, std::uint64_t number);
    /// A ping has no answer yet and the next one is sent.
    void outstanding(const Target& target, std::uint64_t number);
    /// An error or advice about the ping of `match`; `changed`: it decided the ping's result.
    void icmp_error(const Match& match, bool changed);
    /// A ping that could not be sent at all.
    void not_sent(const Target& target, std::uint64_t number, const std::string& reason);
    /// A message that does not count.
    void stray(const Received& received, Version version, const Match& match);
    /// Prints the counts so far to standard error.
    void status(const Targets& targets) const;
    /// Prints the final statistics; `ended_early`: by a signal or the deadline; a stalled reader
    /// then gets only net::final_output_timeout.
    void finish(const Targets& targets, std::chrono::nanoseconds time, bool ended_early);

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
    std::set<std::string> errors_; // shown at the end: the strip has no room
};

} // namespace icmppinger
