// Blocking UDP sockets: connected to one peer, or bound to serve any. Waiting is poll's affair
// (signals.h); the calls here never wait for a datagram.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/address.h"
#include "common/file_descriptor.h"
#include "common/kernel_clock.h"

namespace net {

/// The most bytes a datagram can carry over IPv4: 65,535 less the headers of IP and UDP.
inline constexpr std::size_t max_datagram = 65507;

/// A datagram that has come.
struct Datagram {
    std::string_view bytes;
    Address from;
    Address to; // the address of ours it was sent to; only bound sockets know
    std::chrono::steady_clock::time_point arrival; // by the kernel's stamp, on connected sockets
};

/// A datagram to send.
struct Answer {
    std::string bytes;
    Address to;
    Address from; // the address of ours that the question went to
};

/// What the network reported about a datagram of ours, by ICMP (RFC 792, RFC 4443).
struct DatagramError {
    int cause = 0;          // the errno the kernel makes of it
    bool is_ipv6 = false;   // type and code are ICMPv6's
    std::uint8_t type = 0;  // 3 is ICMP's destination unreachable, 1 is ICMPv6's
    std::uint8_t code = 0;  // 3 is ICMP's port unreachable, 4 is ICMPv6's
    std::uint32_t info = 0; // the next hop's MTU, where the error is about that
    Address reporter;       // who says so, a router or the host itself
    std::string bytes;      // as much of our datagram as the report quotes, perhaps nothing
};

template <typename Item> struct Inbox;

class UdpSocket {
public:
    UdpSocket(UdpSocket&& other) noexcept;
    UdpSocket& operator=(UdpSocket&& other) noexcept;
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;
    ~UdpSocket();

    /// A socket that talks to `peer` alone. The kernel stamps what comes, and collects what ICMP
    /// reports (next_error()).
    [[nodiscard]] static UdpSocket connect(const Address& peer);
    /// A socket for datagrams to `port` (0: the kernel chooses) of the address or name `bind`, or
    /// of every address of both families (is_everywhere), with a large receive buffer. The Error
    /// says which address it was.
    [[nodiscard]] static UdpSocket bind(std::uint16_t port, const std::string& bind = {});

    /// Sends to the connected peer. An error that an earlier datagram has caused does not hinder
    /// this one.
    void send(std::string_view bytes);
    /// Sends each of the answers from the address that was asked, where the system lets us; calls
    /// `failed` with those that cannot be sent and the reason.
    using Failed = std::function<void(const Answer&, const Error&)>;
    void send_each(std::span<const Answer> answers, const Failed& failed);

    /// The datagrams that are there, some at a time; none when there is none. Valid until the next
    /// call.
    [[nodiscard]] std::span<const Datagram> receive();
    /// The next ICMP error that is there.
    [[nodiscard]] std::optional<DatagramError> next_error();

    [[nodiscard]] Address local() const { return local_address(socket_.get()); }
    [[nodiscard]] const Address& peer() const { return peer_; }
    /// For poll.
    [[nodiscard]] int descriptor() const { return socket_.get(); }

private:
    Datagram datagram_of(mmsghdr& message, std::chrono::steady_clock::time_point now);
    [[nodiscard]] std::size_t send_some(std::span<const Answer> answers) const;
    explicit UdpSocket(FileDescriptor socket, const Address& peer = {});

    FileDescriptor socket_;
    Address peer_;       // of a connected one
    std::uint16_t port_; // of a bound one
    KernelClock clock_;
    std::unique_ptr<Inbox<Datagram>> inbox_;
};

} // namespace net
