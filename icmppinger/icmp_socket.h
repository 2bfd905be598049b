// A socket that speaks ICMP: a raw one, which sees every packet and needs a privilege, or an
// unprivileged one, for which the kernel keeps the identifier and passes on what is ours.
// Waiting is poll's affair (common/signals.h); nothing here waits for a packet.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "common/address.h"
#include "common/file_descriptor.h"
#include "common/kernel_clock.h"
#include "icmppinger/packet/control_message.h"

namespace net {
template <typename Item> struct Inbox;
}

namespace icmppinger {

/// What the kernel is to put into the IP headers, and how the sockets are bound.
struct SocketSettings {
    std::optional<std::uint16_t> hops{};         // TTL, hop limit
    std::optional<std::uint8_t> traffic_class{}; // type of service
    std::string discovery{}; // path MTU: "do", "want", "dont", "probe", or as it is
    std::string device{};    // an interface
    std::optional<net::Address> source{};
    bool record_route = false;
    bool needs_raw = false; // for what is no echo
    bool all_types = false; // let other ICMP in, too
};

/// A message that has come.
struct Received {
    Bytes bytes{}; // from the ICMP header on
    net::Address from{};
    std::optional<Packet> packet{}; // its IP header, where the socket shows it: raw IPv4
    std::optional<std::uint8_t> hops_left{};
    std::vector<net::Address> route{};               // that it recorded
    std::chrono::steady_clock::time_point arrival{}; // by the kernel's stamp
};

class IcmpSocket {
public:
    IcmpSocket(IcmpSocket&& other) noexcept;
    IcmpSocket& operator=(IcmpSocket&& other) noexcept;
    IcmpSocket(const IcmpSocket&) = delete;
    IcmpSocket& operator=(const IcmpSocket&) = delete;
    ~IcmpSocket();

    /// A raw socket if we may, else an unprivileged one; the Error names what would help.
    [[nodiscard]] static IcmpSocket open(Version version, const SocketSettings& settings);

    [[nodiscard]] Version version() const { return version_; }
    /// The identifier of all that this socket sends.
    [[nodiscard]] std::uint16_t identifier() const { return identifier_; }
    /// For poll.
    [[nodiscard]] int descriptor() const { return socket_.get(); }

    /// Sends a whole ICMP message; with `hops` other than 0 it lives that long. An error that an
    /// earlier message has caused does not hinder this one.
    void send(Bytes message, const net::Address& to, std::uint8_t hops = 0);

    /// The messages that are there, at most so many, or as many as the inbox holds; none when there
    /// is none. Valid until the next call.
    [[nodiscard]] std::span<const Received> receive(std::size_t most);
    /// The next ICMP error that is there; a raw socket receives them as messages. Valid until the
    /// next call.
    [[nodiscard]] std::optional<ControlMessage> next_error();

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
    std::unique_ptr<net::Inbox<Received>> inbox_;
};

} // namespace icmppinger
