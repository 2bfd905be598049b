// An echo server on a network as bad as one likes.
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
    std::size_t rate_limit = 0; // answers a second to each client; 0: any number
    std::chrono::microseconds heartbeat_patience = 5s;
    bool quiet = false;   // no line for each datagram
    bool explain = false; // the parts of each datagram, on stderr
};

class EchoServer {
public:
    /// Bound to `port` (0: any that is free) of the address `bind`, or of all when it is empty.
    EchoServer(std::uint16_t port, const std::string& bind, const EchoRules& rules);

    /// For poll.
    [[nodiscard]] int descriptor() const { return socket_.descriptor(); }
    [[nodiscard]] net::Address local() const { return socket_.local(); }
    /// When there is something to do although nothing has come.
    [[nodiscard]] net::Deadline next_event() const;

    /// Takes what has come, sends what is due.
    void serve();
    /// Shows a line, or several; but a reader of standard output who has stalled must not stall the
    /// clients: what he does not take is lost, and stderr says so the first time.
    void say(const std::string& text);
    [[nodiscard]] std::string counters() const { return clients_.text(); }

private:
    using Time = Outbox::Time;

    void take(const net::Datagram& question);
    void take_heartbeat(const net::Datagram& datagram);
    [[nodiscard]] const char* reason_to_refuse(const net::Datagram& question, Client& client) const;
    void answer(const net::Datagram& question, const Fate& fate, Client& client);
    [[nodiscard]] Answer& next_ready();
    [[nodiscard]] bool postpone(const Answer& answer, const Fate& fate);
    void send_ready();
    void tell(const net::Datagram& datagram, std::string_view what);

    EchoRules rules_;
    net::UdpSocket socket_;
    std::uint16_t port_;
    FateSource fates_;
    Clients clients_;
    Outbox outbox_;
    HeartbeatWatch heartbeats_;
    std::vector<Answer> ready_; // the first ready_count_ leave now, the others are memory to use
    std::size_t ready_count_ = 0;
    bool has_lost_lines_ = false;
};

} // namespace udppinger
