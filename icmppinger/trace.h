// The way to a host: a packet that may pass only so many routers makes the next one tell who it is
// (RFC 792, time exceeded).
#pragma once

#include "icmppinger/name_finder.h"
#include "icmppinger/options.h"
#include "icmppinger/ping_io.h"

namespace icmppinger {

class Trace {
public:
    /// All that is passed must outlive it.
    Trace(Targets& targets, const Options& options, Sockets& sockets);

    /// Probes hop after hop, some at a time, and prints each as soon as all before it are known;
    /// until the host answers, somebody refuses, or the hops or the time are over. Whether the host
    /// answered.
    [[nodiscard]] bool run(net::SignalWindow& signals);
    /// The hops that are known, as one JSON object (RFC 8259); with --json run() prints none.
    [[nodiscard]] std::string json_text() const;

private:
    using Time = net::PingLog::Time;

    /// What became of a probe.
    struct Probe {
        bool is_decided = false;
        std::optional<net::Address> from{}; // nobody, when it was lost
        std::chrono::nanoseconds rtt{};
        std::string remark{}; // what the answer said beside that
        std::string labels{};
    };
    struct Hop {
        std::vector<Probe> probes;
        Time decided_at{}; // the last of them
    };

    [[nodiscard]] std::uint64_t hop_of(std::uint64_t number) const;
    [[nodiscard]] bool all_sent() const;
    [[nodiscard]] bool is_complete() const { return printed_ == last_hop_; }
    [[nodiscard]] net::Deadline next_event() const;
    void send_when_due();
    void take(const Arrival& arrival);
    void decide(std::uint64_t number, const Probe& probe, bool is_last);
    void lose_overdue(Time now);
    [[nodiscard]] static bool is_decided(const Hop& hop);
    [[nodiscard]] bool is_named(const Hop& hop) const;
    void print_known_hops();
    [[nodiscard]] std::string hop_text(std::uint64_t number, const Hop& hop) const;
    [[nodiscard]] std::string who_text(const net::Address& address) const;
    [[nodiscard]] std::string json_of(const Probe& probe) const;

    Target& target_;
    const Options& options_;
    Sockets& sockets_;
    Exchange exchange_;
    NameFinder names_;
    std::vector<Hop> hops_;
    std::uint64_t last_hop_;    // beyond it nothing is to be found
    std::uint64_t printed_ = 0; // hops
    bool reached_ = false;
    Time due_; // when the next probe leaves
};

/// Prints the way to the only target; the exit status.
[[nodiscard]] int trace(Targets& targets, const Options& options, Sockets& sockets,
                        net::SignalWindow& signals);

} // namespace icmppinger
