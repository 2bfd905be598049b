// The other side of a UDP program under test: a socket that a scripted peer answers from, our echo
// server on a port of its own, and what a pinger prints.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/udp_socket.h"
#include "tests/grade/peers/process.h"

namespace grade {

/// A UDP socket of the test's own.
class UdpPeer {
public:
    /// On the port of the address, or of every address when that is empty; 0: a free one.
    explicit UdpPeer(const std::string& address = "127.0.0.1", std::uint16_t port = 0);

    [[nodiscard]] std::uint16_t port() const { return socket_.local().port(); }
    /// The next datagram; nothing when none comes within `patience`.
    std::optional<std::string> receive(std::chrono::milliseconds patience = 5s);
    /// To the sender of the last datagram.
    void answer(std::string_view bytes);
    void send(std::string_view bytes, const net::Address& to);
    /// Who sent the last datagram, and to which address of ours.
    [[nodiscard]] const net::Address& last() const { return last_.from; }
    [[nodiscard]] const net::Address& asked() const { return last_.to; }

private:
    struct Received {
        std::string bytes;
        net::Address to;
        net::Address from;
    };
    void send(std::string_view bytes, const net::Address& to, const net::Address& from);

    net::UdpSocket socket_;
    Received last_;
    std::deque<Received> early_; // came together with one that was asked for
};

/// A server in a thread of the test: for every datagram it calls `script`, until it is destroyed.
class ScriptedServer {
public:
    using Script = std::function<void(UdpPeer& peer, const std::string& datagram)>;
    explicit ScriptedServer(Script script, const std::string& address = "127.0.0.1",
                            std::uint16_t port = 0);
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    UdpPeer peer_;
    std::uint16_t port_;
    net::FileDescriptor stop_; // an eventfd
    std::thread thread_;
};

/// A UDP port that was free a moment ago.
std::uint16_t free_udp_port();

/// The port for the echo server under test: the one that it has, or a free one.
std::uint16_t echo_server_port();

/// An echo server under test: $UDPECHOSERVER with a port as its first argument.
class EchoServer {
public:
    explicit EchoServer(const std::vector<std::string>& arguments = {},
                        std::uint16_t port = echo_server_port());

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] net::Address address(const std::string& host = "127.0.0.1") const;
    Process& process() { return process_; }

private:
    std::uint16_t port_;
    Process process_;
};

} // namespace grade
