// A run of pings to one address: sends them on schedule and matches the answers to them.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string_view>

#include "common/ping/ping_log.h"
#include "common/signals.h"
#include "common/udp_socket.h"
#include "udppinger/ping_message.h"
#include "udppinger/random.h"
#include "udppinger/report.h"
#include "udppinger/screen.h"

namespace udppinger {

using namespace std::chrono_literals;

/// The pings to send, and the time-out for answers.
struct Plan {
    std::size_t count = 10; // 0: until a signal or the deadline
    std::chrono::microseconds interval = 1s;
    std::chrono::microseconds timeout = 1s;
    std::size_t size = 0; // datagrams are filled up to this many bytes
    net::Deadline end = net::Deadline::never();
    double loss = 0; // percent of our own datagrams that we drop
    std::uint64_t seed = 0;
    bool heartbeat = false; // send heartbeats, which get no answers
    bool explain = false;
};

enum class Ending {
    complete,    // every ping is answered or lost
    ended_early, // by the deadline or a signal
    refused,     // an ICMP error came before any answer
};

class Pinger {
public:
    /// Opens a socket to `peer`; reports events to `screen`, which must outlive it.
    Pinger(const net::Address& peer, const Plan& plan, Screen& screen);

    /// Sends and receives until every ping is answered or lost, or until SIGINT, SIGTERM or the
    /// plan's end, where PingLog::lose_next_at_end() decides what it can. SIGQUIT shows a status
    /// line. With `refusable`, an ICMP error before any answer ends the run.
    [[nodiscard]] Ending run(net::SignalWaiter& signals, bool refusable);

    [[nodiscard]] Summary summary() const;
    [[nodiscard]] const net::Histogram& rtts() const { return log_.rtts(); }

private:
    using Time = net::PingLog::Time;

    [[nodiscard]] bool is_complete() const;
    [[nodiscard]] bool all_sent() const;
    [[nodiscard]] net::Deadline next_event() const;
    void send_when_due();
    void send_next(Time now);
    [[nodiscard]] bool process_errors(bool refusable);
    void fail_to_send(std::uint64_t number, const net::Error& error);
    [[nodiscard]] bool receive_replies();
    void receive_elsewhere();
    void process(const net::Datagram& datagram);
    void lose_overdue(Time now);
    void lose_at_end();
    void report_lost(std::uint64_t number);
    [[nodiscard]] std::string_view text_of(std::uint64_t number);
    [[nodiscard]] bool is_answer(std::string_view reply, std::uint64_t number);
    [[nodiscard]] bool is_cut(std::string_view reply, std::uint64_t number);
    [[nodiscard]] std::uint64_t number_of_damaged(std::string_view reply, std::uint64_t named);
    [[nodiscard]] std::uint64_t number_of_failed(const net::DatagramError& error);
    [[nodiscard]] bool was_dropped(std::uint64_t lost);

    Plan plan_;
    Screen& screen_;
    net::UdpSocket socket_;
    net::UdpSocket elsewhere_; // for what comes to our port from other addresses
    net::PingLog log_;
    MessageWriter writer_;
    Random random_;
    Time start_;
    Time due_; // when the next ping leaves: start + n × interval
    std::chrono::system_clock::duration wall_ahead_; // wall minus steady clock, at the start
    std::deque<std::uint64_t> dropped_;              // by --loss, and not yet lost
    std::uint64_t dropped_count_ = 0;
    std::uint64_t cut_count_ = 0;
};

} // namespace udppinger
