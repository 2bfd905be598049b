// Blocking UDP sockets: connected to one peer, or bound to serve any. No call here waits for a
// datagram; the caller polls (signals.h).
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
/// Over IPv6, whose length does not count its own header: 65,535 less the header of UDP.
inline constexpr std::size_t max_datagram_ipv6 = 65527;

/// A received datagram.
struct Datagram {
    std::string_view bytes;
    Address from;
    Address to; // our address it was sent to; only on bound sockets
    std::chrono::steady_clock::time_point arrival; // from the kernel's stamp on connected sockets
};

/// A datagram to send.
struct OutgoingDatagram {
    std::string bytes;
    Address to;
    Address from; // our address that the request was sent to
};

/// An ICMP error about a datagram that we sent (RFC 792, RFC 4443).
struct DatagramError {
    int cause = 0;          // the errno that the kernel maps it to
    bool is_ipv6 = false;   // type and code are ICMPv6's
    std::uint8_t type = 0;  // 3 is ICMP's destination unreachable, 1 is ICMPv6's
    std::uint8_t code = 0;  // 3 is ICMP's port unreachable, 4 is ICMPv6's
    std::uint32_t info = 0; // the next hop's MTU, if the datagram was too big
    Address reporter;       // the sender of the report, a router or the host itself
    std::string bytes;      // the part of our datagram that the report quotes, perhaps empty
};

template <typename Item> struct ReceiveBatch;

class UdpSocket {
public:
    UdpSocket(UdpSocket&& other) noexcept;
    UdpSocket& operator=(UdpSocket&& other) noexcept;
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;
    ~UdpSocket();

    /// A socket connected to `peer`. The kernel stamps received datagrams and queues ICMP errors
    /// for next_error(). Throws Error.
    [[nodiscard]] static UdpSocket connect(const Address& peer);
    /// A socket for datagrams to `port` (0: the kernel chooses) of the address or name `bind`, or
    /// of every address of both families (is_everywhere), with a large receive buffer. The Error
    /// names the address.
    [[nodiscard]] static UdpSocket bind(std::uint16_t port, const std::string& bind = {});

    /// A socket that receives what other addresses than the peer of `connected` send to its port.
    [[nodiscard]] static UdpSocket bind_beside(const UdpSocket& connected);

    /// Sends to the connected peer. A pending error of an earlier datagram does not stop this one.
    void send(std::string_view bytes);
    /// Sends each answer from the address that the request was sent to, where the system allows it;
    /// calls `failed` with each answer that cannot be sent and the reason.
    using Failed = std::function<void(const OutgoingDatagram&, const Error&)>;
    void send_each(std::span<const OutgoingDatagram> answers, const Failed& failed);

    /// Returns datagrams that have arrived, at most 32; empty when there are none. Valid until the
    /// next receive() or next_error().
    [[nodiscard]] std::span<const Datagram> receive();
    /// The next queued ICMP error; nullopt when there is none.
    [[nodiscard]] std::optional<DatagramError> next_error();

    [[nodiscard]] Address local() const { return local_address(socket_.get()); }
    [[nodiscard]] const Address& peer() const { return peer_; }
    /// For poll.
    [[nodiscard]] int descriptor() const { return socket_.get(); }

private:
    Datagram datagram_of(mmsghdr& message, std::chrono::steady_clock::time_point now);
    [[nodiscard]] std::size_t send_some(std::span<const OutgoingDatagram> answers) const;
    explicit UdpSocket(FileDescriptor socket, const Address& peer = {});

    FileDescriptor socket_;
    Address peer_;       // of a connected socket
    std::uint16_t port_; // of a bound socket
    KernelClock clock_;
    std::unique_ptr<ReceiveBatch<Datagram>> batch_;
};

} // namespace net
