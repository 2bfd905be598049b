// A run of pings to one or more hosts, with one schedule and one event loop for all.
#pragma once

#include <deque>

#include "common/signals.h"
#include "icmppinger/ping_io.h"
#include "icmppinger/screen.h"

namespace icmppinger {

using namespace std::chrono_literals;

/// When pings are sent, and when the run ends.
struct Plan {
    std::size_t count = 0;                   // to each host; 0: until a signal or `end`
    bool counts_answers = false;             // `count` answers of each host, however many pings
    std::chrono::microseconds interval = 1s; // between two pings to the same host
    std::size_t preload = 1;                 // pings to each host that are sent without waiting
    bool adaptive = false;                   // an answer triggers the next ping
    std::chrono::microseconds longest_gap = 10ms; // without answers, when adaptive, as in ping
    bool reports_outstanding = false;
    bool shortens_wait = true; // for the last answers, if there were any
    bool explains = false;
    net::Deadline end = net::Deadline::never();
};

class Pinger {
public:
    /// All arguments but `plan`, which is copied, must outlive the Pinger.
    Pinger(Targets& targets, const PingRequest& request, const Plan& plan, Sockets& sockets,
           Screen& screen);

    /// Sends and receives until every ping is decided (where the plan counts answers: until all
    /// hosts have given theirs), or until SIGINT, SIGTERM or the plan's end,
    /// where PingLog::lose_next_at_end() decides what it can. SIGQUIT prints the status. Returns
    /// whether every ping was decided before a signal or the plan's end.
    [[nodiscard]] bool run(net::SignalWaiter& signals);

    [[nodiscard]] std::chrono::nanoseconds time() const;

private:
    using Time = net::PingLog::Time;
    struct InFlight {
        std::size_t target = 0;
        std::uint64_t number = 0;
        Time deadline{};
    };

    [[nodiscard]] bool is_done(std::size_t index) const;
    [[nodiscard]] bool all_sent() const { return done_ == targets_.size(); }
    [[nodiscard]] bool is_preloading() const;
    [[nodiscard]] bool sends_at_once() const;
    [[nodiscard]] bool is_complete() const;
    [[nodiscard]] std::chrono::nanoseconds gap() const;
    std::size_t choose_target();
    [[nodiscard]] net::Deadline next_event() const;
    void send_when_due();
    void send_next(std::size_t index);
    void receive_messages();
    bool receive_some();
    void process(const ReceivedMessage& message);
    void process_error(const Match& match);
    void process_answer(const Received& received, const Match& match);
    void remove_decided();
    [[nodiscard]] Time last_end() const;
    void lose_overdue(Time now);
    void lose_at_end();

    Targets& targets_;
    const PingRequest& request_;
    Plan plan_;
    Sockets& sockets_;
    Screen& screen_;
    PingIo io_;
    std::deque<InFlight> in_flight_; // in the order of their deadlines; the first is in flight
    std::uint64_t sent_ = 0;
    std::size_t next_ = 0;      // the target whose turn it is
    std::size_t done_ = 0;      // targets that get no more pings
    std::uint64_t credits_ = 0; // answers that allow another ping at once (flood)
    Time start_;
    Time due_; // when the next ping is sent
    Time last_sent_;
    std::chrono::nanoseconds longest_{}; // round trip
};

} // namespace icmppinger
