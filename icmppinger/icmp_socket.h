// An ICMP socket: raw (sees every packet, needs a privilege) or unprivileged (the kernel chooses
// the identifier and delivers only replies to it). Receiving never blocks; to wait, use poll
// (common/signals.h).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "common/address.h"
#include "common/file_descriptor.h"
#include "common/kernel_clock.h"
#include "icmppinger/packet/icmp_error.h"

namespace net {
template <typename Item> struct ReceiveBatch;
}

namespace icmppinger {

/// IP header fields that the kernel sets, and how the sockets are bound.
struct SocketSettings {
    std::optional<std::uint16_t> hops{};         // TTL, hop limit
    std::optional<std::uint8_t> traffic_class{}; // type of service
    std::string discovery{}; // path MTU: "do", "want", "dont", "probe"; empty: the default
    std::string device{};    // interface name
    std::optional<net::Address> source{};
    bool record_route = false;
    bool broadcast = false;    // may send to a broadcast address
    bool user_latency = false; // arrival: when the program reads the packet, without a stamp
    bool needs_raw = false;    // for requests other than echo
    bool all_types = false;    // also receive ICMP unrelated to pings
};

/// A received message.
struct Received {
    Bytes bytes{}; // from the ICMP header on
    net::Address from{};
    std::optional<Packet> packet{}; // its IP header; raw IPv4 sockets only
    std::optional<std::uint8_t> hops_left{};
    std::vector<net::Address> route{};               // from the record route option
    std::chrono::steady_clock::time_point arrival{}; // by the kernel's stamp
};

class IcmpSocket {
public:
    IcmpSocket(IcmpSocket&& other) noexcept;
    IcmpSocket& operator=(IcmpSocket&& other) noexcept;
    IcmpSocket(const IcmpSocket&) = delete;
    IcmpSocket& operator=(const IcmpSocket&) = delete;
    ~IcmpSocket();

    /// Opens a raw socket if permitted, else an unprivileged one. Throws net::Error with a remedy.
    [[nodiscard]] static IcmpSocket open(Version version, const SocketSettings& settings);

    [[nodiscard]] Version version() const { return version_; }
    /// The ICMP identifier of every request that this socket sends.
    [[nodiscard]] std::uint16_t identifier() const { return identifier_; }
    /// For poll.
    [[nodiscard]] int descriptor() const { return socket_.get(); }

    /// Sends a whole ICMP message, with `hops` as TTL unless 0. A pending error of an earlier
    /// message does not stop it. Throws net::Error.
    void send(Bytes message, const net::Address& to, std::uint8_t hops = 0);

    /// The messages in the socket's buffer, at most `most` and at most the inbox's size. Does not
    /// block. Valid until the next call.
    [[nodiscard]] std::span<const Received> receive(std::size_t most);
    /// The next ICMP error in the error queue; a raw socket receives errors as messages instead.
    /// Valid until the next call.
    [[nodiscard]] std::optional<IcmpError> next_error();

private:
    IcmpSocket(net::FileDescriptor socket, Version version, bool raw,
               const SocketSettings& settings);
    [[nodiscard]] ssize_t send_once(Bytes message, const net::Address& to, std::uint8_t hops) const;
    [[nodiscard]] Received received_of(mmsghdr& message);

    net::FileDescriptor socket_;
    Version version_;
    bool raw_;
    std::uint16_t identifier_ = 0;
    net::KernelClock clock_;
    std::unique_ptr<net::ReceiveBatch<Received>> batch_;
};

} // namespace icmppinger
