// A run of pings to one address: sends them on schedule and gives each answer its ping.
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

/// What is to be sent, and how long an answer is waited for.
struct Plan {
    std::size_t count = 10; // 0: until somebody asks to stop
    std::chrono::microseconds interval = 1s;
    std::chrono::microseconds patience = 1s;
    std::size_t size = 0; // the datagrams are filled up to it
    net::Deadline end = net::Deadline::never();
    double loss = 0; // percent of our own datagrams that we drop
    std::uint64_t seed = 0;
    bool heartbeat = false; // one way: nobody answers
    bool explain = false;
};

enum class Ending {
    complete, // all is decided
    asked,    // by deadline or by signal
    refused,  // the network says that nobody is there, before anybody has answered
};

class Pinger {
public:
    /// A socket to `peer`; what happens is told to `screen`, which must outlive it.
    Pinger(const net::Address& peer, const Plan& plan, Screen& screen);

    /// Sends and receives until all is decided, or SIGINT, SIGTERM or the plan's end, when it is
    /// decided as far as possible (PingLog::lose_next_at_end()); SIGQUIT shows a status line. With
    /// `refusable`, the first ICMP error ends it when nobody has answered yet.
    [[nodiscard]] Ending run(net::SignalWindow& signals, bool refusable);

    [[nodiscard]] Summary summary() const;
    [[nodiscard]] const net::Histogram& rtts() const { return log_.rtts(); }

private:
    using Time = net::PingLog::Time;

    [[nodiscard]] bool is_complete() const;
    [[nodiscard]] bool all_sent() const;
    [[nodiscard]] net::Deadline next_event() const;
    void send_when_due();
    void send_next(Time now);
    [[nodiscard]] bool take_errors(bool refusable);
    void fail_to_send(std::uint64_t number, const net::Error& error);
    [[nodiscard]] bool take_replies();
    void take(const net::Datagram& datagram);
    void lose_overdue(Time now);
    void lose_at_end();
    void tell_lost(std::uint64_t number);
    [[nodiscard]] std::string_view text_of(std::uint64_t number);
    [[nodiscard]] bool is_answer(std::string_view reply, std::uint64_t number);
    [[nodiscard]] std::uint64_t number_of_damaged(std::string_view reply, std::uint64_t named);
    [[nodiscard]] std::uint64_t number_of_failed(const net::DatagramError& error);
    [[nodiscard]] bool was_dropped(std::uint64_t lost);

    Plan plan_;
    Screen& screen_;
    net::UdpSocket socket_;
    net::PingLog log_;
    MessageWriter writer_;
    Chance chance_;
    Time start_;
    Time due_; // when the next ping leaves: start + n × interval
    std::chrono::system_clock::duration wall_ahead_; // of the steady clock, at the start
    std::deque<std::uint64_t> dropped_;              // by --loss, and not yet given up
    std::uint64_t dropped_count_ = 0;
};

} // namespace udppinger
