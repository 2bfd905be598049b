// Traces the route to a host: probes with increasing TTL make each router on the path send a time
// exceeded error (RFC 792).
#pragma once

#include "icmppinger/name_finder.h"
#include "icmppinger/options.h"
#include "icmppinger/ping_io.h"

namespace icmppinger {

class Tracer {
public:
    /// All arguments must outlive the Tracer.
    Tracer(Targets& targets, const Options& options, Sockets& sockets);

    /// Probes hop after hop, several probes at a time, and prints each hop once all before it are
    /// known. Ends at an answer, destination unreachable, a failed send, the last hop, the
    /// deadline, SIGINT or SIGTERM. Returns whether the host answered.
    [[nodiscard]] bool run(net::SignalWaiter& signals);
    /// The known hops as one JSON object (RFC 8259); with --json, run() prints nothing.
    [[nodiscard]] std::string json_text() const;

private:
    using Time = net::PingLog::Time;

    /// The result of a probe.
    struct Probe {
        bool is_decided = false;
        std::optional<net::Address> from{}; // empty if it was lost or not sent
        std::chrono::nanoseconds rtt{};
        std::string remark{}; // an error other than time exceeded
        std::string labels{};
    };
    struct Hop {
        std::vector<Probe> probes;
        Time decided_at{}; // when the last probe was decided
    };

    [[nodiscard]] std::uint64_t hop_of(std::uint64_t number) const;
    [[nodiscard]] bool all_sent() const;
    [[nodiscard]] bool is_complete() const { return printed_ == last_hop_; }
    [[nodiscard]] net::Deadline next_event() const;
    void send_when_due();
    void process(const ReceivedMessage& message);
    void decide(std::uint64_t number, const Probe& probe, bool is_last);
    void lose_overdue(Time now);
    [[nodiscard]] static bool is_decided(const Hop& hop);
    [[nodiscard]] bool is_named(const Hop& hop) const;
    void print_known_hops();
    [[nodiscard]] std::string hop_text(std::uint64_t number, const Hop& hop) const;
    [[nodiscard]] std::string router_text(const net::Address& address) const;
    [[nodiscard]] std::string probe_json(const Probe& probe) const;

    Target& target_;
    const Options& options_;
    Sockets& sockets_;
    PingIo io_;
    NameFinder names_;
    std::vector<Hop> hops_;
    std::uint64_t last_hop_;    // later hops are not probed
    std::uint64_t printed_ = 0; // hops
    bool reached_ = false;
    Time due_; // when the next probe is sent
};

/// Traces and prints the route to the only target. Returns the exit status.
[[nodiscard]] int trace(Targets& targets, const Options& options, Sockets& sockets,
                        net::SignalWaiter& signals);

} // namespace icmppinger
