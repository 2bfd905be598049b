// An echo server that emulates a bad network.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/udp_socket.h"
#include "udppinger/server/clients.h"
#include "udppinger/server/delayed_replies.h"
#include "udppinger/server/heartbeats.h"
#include "udppinger/server/impairment.h"

namespace udppinger {

/// How an echo server behaves.
struct EchoRules {
    Impairment impairment{};
    bool verbatim = false;      // else in capitals
    std::size_t rate_limit = 0; // answers per second to each host; 0: no limit
    std::chrono::microseconds heartbeat_timeout = 5s;
    bool quiet = false;   // no line for each datagram
    bool explain = false; // the parts of each datagram, on stderr
};

class EchoServer {
public:
    /// Binds `port` (0: any free one) of the address `bind`, or of all addresses when it is empty.
    EchoServer(std::uint16_t port, const std::string& bind, const EchoRules& rules);

    /// For poll.
    [[nodiscard]] int descriptor() const { return socket_.descriptor(); }
    [[nodiscard]] net::Address local() const { return socket_.local(); }
    /// When the next answer is due or the next client counts as stopped.
    [[nodiscard]] net::Deadline next_event() const;

    /// Receives datagrams without waiting and sends the answers that are due.
    void serve();
    /// Prints one or several lines. A stalled reader of standard output must not stall the clients:
    /// then the lines are lost, and stderr says so the first time.
    void print(const std::string& text);
    [[nodiscard]] std::string counters() const { return clients_.text(); }

private:
    using Time = DelayedReplies::Time;

    void process(const net::Datagram& request);
    void process_heartbeat(const net::Datagram& datagram);
    [[nodiscard]] const char* reason_to_refuse(const net::Datagram& request, Client& client);
    [[nodiscard]] const char* reason_to_refuse_repeat(const net::Datagram& request, Client& client);
    void answer(const net::Datagram& request, const DatagramEffects& effects, Client& client);
    [[nodiscard]] OutgoingDatagram& next_ready();
    [[nodiscard]] bool postpone(const OutgoingDatagram& answer, const DatagramEffects& effects);
    void send_ready();
    void log_line(const net::Datagram& datagram, std::string_view what);

    EchoRules rules_;
    net::UdpSocket socket_;
    std::uint16_t port_;
    NetworkEmulator network_;
    ClientTable clients_;
    RecentDatagrams recent_;
    DelayedReplies delayed_;
    Heartbeats heartbeats_;
    std::vector<OutgoingDatagram> ready_; // the first ready_count_ are sent next, the others reused
    std::size_t ready_count_ = 0;
    bool has_lost_lines_ = false;
};

} // namespace udppinger
