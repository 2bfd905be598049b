// A run of pings to one host or many: one schedule for all, one wait for all that comes.
#pragma once

#include <deque>

#include "common/signals.h"
#include "icmppinger/ping_io.h"
#include "icmppinger/screen.h"

namespace icmppinger {

using namespace std::chrono_literals;

/// When pings leave, and how long the run goes on.
struct Plan {
    std::size_t count = 0;                   // to each host; 0: until somebody asks to stop
    std::chrono::microseconds interval = 1s; // between two to the same host
    std::size_t preload = 1;                 // to each host that don't wait for their time
    bool adaptive = false;                   // the next one leaves when an answer comes (flood)
    bool tells_outstanding = false;
    bool shortens = true; // the wait at the end, where answers come
    bool explains = false;
    net::Deadline end = net::Deadline::never();
};

class Pinger {
public:
    /// All that is passed must outlive it.
    Pinger(Targets& targets, const Question& question, const Plan& plan, Sockets& sockets,
           Screen& screen);

    /// Sends and receives until all is decided, or SIGINT, SIGTERM or the plan's end, when it is
    /// decided as far as possible (PingLog::lose_next_at_end()); SIGQUIT shows where the run
    /// stands. Whether all was decided, and nobody had to end it.
    [[nodiscard]] bool run(net::SignalWindow& signals);

    [[nodiscard]] std::chrono::nanoseconds time() const;

private:
    using Time = net::PingLog::Time;
    struct Flight {
        std::size_t target = 0;
        std::uint64_t number = 0;
        Time deadline{};
    };

    [[nodiscard]] bool all_sent() const;
    [[nodiscard]] bool is_preloading() const;
    [[nodiscard]] bool sends_at_once() const;
    [[nodiscard]] bool is_complete() const;
    [[nodiscard]] std::chrono::nanoseconds gap() const;
    [[nodiscard]] net::Deadline next_event() const;
    void send_when_due();
    void send_next(std::size_t index);
    void take_messages();
    bool take_some_messages();
    void take(const Arrival& arrival);
    void take_control(const Verdict& verdict);
    void take_answer(const Received& received, const Verdict& verdict);
    void settle();
    [[nodiscard]] Time last_end() const;
    void lose_overdue(Time now);
    void lose_at_end();

    Targets& targets_;
    const Question& question_;
    Plan plan_;
    Sockets& sockets_;
    Screen& screen_;
    Exchange exchange_;
    std::deque<Flight> flights_; // in the order of their deadlines; those at the front in flight
    std::uint64_t sent_ = 0;
    std::uint64_t credits_ = 0; // answers that let another ping leave at once (flood)
    Time start_;
    Time due_; // when the next ping leaves
    Time last_sent_;
    std::chrono::nanoseconds longest_{}; // round trip
};

} // namespace icmppinger
