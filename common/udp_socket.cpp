#include "common/udp_socket.h"

#include <linux/errqueue.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "common/address_block.h"
#include "common/datagram_batch.h"
#include "common/socket.h"

namespace net {
namespace {

Address address_of(const in6_pktinfo& info, std::uint16_t port)
{
    sockaddr_in6 address{};
    address.sin6_port = htons(port);
    address.sin6_family = AF_INET6;
    address.sin6_addr = info.ipi6_addr;
    const bool is_link_local = IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr);
    if (is_link_local) address.sin6_scope_id = info.ipi6_ifindex;
    return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
}

Address address_of(const in_pktinfo& info, std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_port = htons(port);
    address.sin_family = AF_INET;
    address.sin_addr = info.ipi_addr;
    return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
}

/// Asks the kernel to send from that address (IP_PKTINFO).
void set_source(msghdr& message, const Address& from)
{
    if (from.family() == AF_INET6) {
        sockaddr_in6 address{};
        std::memcpy(&address, from.data(), sizeof address);
        add_entry(message, IPPROTO_IPV6, IPV6_PKTINFO,
                  in6_pktinfo{address.sin6_addr, address.sin6_scope_id});
    } else {
        sockaddr_in address{};
        std::memcpy(&address, from.data(), sizeof address);
        add_entry(message, IPPROTO_IP, IP_PKTINFO, in_pktinfo{0, address.sin_addr, {}});
    }
}

/// errno may report the ICMP error of an earlier datagram. Only these errors are about the call
/// itself.
bool is_ours(int cause)
{
    return cause == EBADF || cause == EFAULT || cause == EINVAL || cause == ENOMEM ||
           cause == ENOTSOCK;
}

/// Throws the Error of a system call about that peer, with a remedy if there is one.
[[noreturn]] void fail_to(const std::string& attempt, const Address& peer)
{
    const int cause = errno;
    throw Error(attempt + peer.text() + ": " + reason(cause) + remedy_for_route(peer, cause),
                cause);
}

FileDescriptor bind_to(const Address& address, bool shares = false)
{
    FileDescriptor socket = open_socket(address.family(), SOCK_DGRAM);
    if (shares) set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    if (address.family() == AF_INET6) {
        set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0);
        set_option(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    } else {
        set_option(socket, IPPROTO_IP, IP_PKTINFO, 1);
    }
    if (::bind(socket.get(), address.data(), address.size()) == -1) {
        const int cause = errno;
        const bool needs_root = cause == EACCES && address.port() < 1024;
        throw Error("bind to " + address.text() + ": " + reason(cause) +
                        (needs_root ? " (ports below 1024 need root)" : ""),
                    cause);
    }
    return socket;
}

/// Falls back to IPv4 on a host without IPv6.
FileDescriptor bind_to_all(std::uint16_t port)
try {
    return bind_to(Address::any_ipv6(port));
} catch (const Error& error) {
    if (error.cause() != EAFNOSUPPORT && error.cause() != EADDRNOTAVAIL) throw;
    return bind_to(Address::any_ipv4(port));
}

} // namespace

namespace {

/// Up to 32 answers in the kernel's form, to be sent by one sendmmsg(2).
struct SendBatch {
    explicit SendBatch(std::span<const OutgoingDatagram> answers)
        : count(static_cast<unsigned>(std::min(answers.size(), messages.size())))
    {
        for (std::size_t i = 0; i < count; ++i) {
            const OutgoingDatagram& answer = answers[i];
            contents[i] = {const_cast<char*>(answer.bytes.data()), answer.bytes.size()};
            msghdr& header = messages[i].msg_hdr;
            header.msg_name = const_cast<sockaddr*>(answer.to.data());
            header.msg_namelen = answer.to.size();
            header.msg_iov = &contents[i];
            header.msg_iovlen = 1;
            header.msg_control = controls[i].bytes.data();
            header.msg_controllen = controls[i].bytes.size();
            set_source(header, answer.from);
        }
    }

    struct alignas(cmsghdr) Source {
        std::array<char, CMSG_SPACE(sizeof(in6_pktinfo))> bytes{};
    };
    std::array<mmsghdr, 32> messages{};
    std::array<iovec, 32> contents{};
    std::array<Source, 32> controls{};
    unsigned count;
};

} // namespace

UdpSocket::UdpSocket(UdpSocket&& other) noexcept = default;
UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept = default;
UdpSocket::~UdpSocket() = default;

UdpSocket::UdpSocket(FileDescriptor socket, const Address& peer)
    : socket_(std::move(socket)), peer_(peer), port_(local_address(socket_.get()).port()),
      batch_(std::make_unique<ReceiveBatch<Datagram>>())
{
    constexpr int much = 4 << 20; // bytes: some thousand datagrams while a line is written
    enlarge_receive_buffer(socket_, much);
}

UdpSocket UdpSocket::connect(const Address& peer)
{
    UdpSocket udp(open_socket(peer.family(), SOCK_DGRAM), peer);
    set_option(udp.socket_, SOL_SOCKET, SO_TIMESTAMPNS, 1);
    if (peer.family() == AF_INET6)
        set_option(udp.socket_, IPPROTO_IPV6, IPV6_RECVERR, 1);
    else
        set_option(udp.socket_, IPPROTO_IP, IP_RECVERR, 1);
    if (::connect(udp.descriptor(), peer.data(), peer.size()) == -1) fail_to("connect to ", peer);
    return udp;
}

UdpSocket UdpSocket::bind(std::uint16_t port, const std::string& bind)
{
    return UdpSocket(is_everywhere(bind) ? bind_to_all(port)
                                         : bind_to(resolve(bind, port, SOCK_DGRAM).front()));
}

/// The kernel gives a datagram to the connected socket if it fits its peer, else to this one.
UdpSocket UdpSocket::bind_beside(const UdpSocket& connected)
{
    set_option(connected.socket_, SOL_SOCKET, SO_REUSEADDR, 1);
    UdpSocket beside(bind_to(connected.local(), true));
    set_option(connected.socket_, SOL_SOCKET, SO_REUSEADDR, 0); // not for other programs
    set_option(beside.socket_, SOL_SOCKET, SO_REUSEADDR, 0);
    return beside;
}

void UdpSocket::send(std::string_view bytes)
{
    constexpr int most_tries = 8; // each failure clears an earlier datagram's error
    for (int tries = 1; ::send(descriptor(), bytes.data(), bytes.size(), 0) == -1; ++tries)
        if (is_ours(errno) || tries == most_tries) fail_to("send to ", peer_);
}

void UdpSocket::send_each(std::span<const OutgoingDatagram> answers, const Failed& failed)
{
    while (!answers.empty()) {
        answers = answers.subspan(send_some(answers));
        if (answers.empty()) return;
        const OutgoingDatagram& refused = answers.front(); // e.g. its source is a broadcast address
        if (::sendto(descriptor(), refused.bytes.data(), refused.bytes.size(), 0, refused.to.data(),
                     refused.to.size()) == -1) {
            const int cause = errno;
            failed(refused, Error("send to " + refused.to.text() + ": " + reason(cause), cause));
        }
        answers = answers.subspan(1);
    }
}

/// Sends the answers in order until one fails. Returns how many were sent.
std::size_t UdpSocket::send_some(std::span<const OutgoingDatagram> answers) const
{
    std::size_t sent = 0;
    while (sent < answers.size()) {
        SendBatch batch(answers.subspan(sent));
        const int count = ::sendmmsg(descriptor(), batch.messages.data(), batch.count, 0);
        if (count == -1) break;
        sent += static_cast<std::size_t>(count);
    }
    return sent;
}

std::span<const Datagram> UdpSocket::receive()
{
    const std::span<mmsghdr> messages = batch_->empty_messages();
    int count = 0;
    while ((count = ::recvmmsg(descriptor(), messages.data(), ReceiveBatch<Datagram>::slots,
                               MSG_DONTWAIT, nullptr)) == -1) {
        if (errno == EAGAIN) return {};
        if (is_ours(errno)) fail("receive a datagram");
    }
    const auto received = batch_->used = static_cast<std::size_t>(count);
    const auto now = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < received; ++i)
        batch_->items[i] = datagram_of(messages[i], now);
    return std::span(batch_->items).first(received);
}

Datagram UdpSocket::datagram_of(mmsghdr& message, std::chrono::steady_clock::time_point now)
{
    msghdr& header = message.msg_hdr;
    Datagram datagram;
    datagram.bytes = {static_cast<const char*>(header.msg_iov->iov_base), message.msg_len};
    datagram.from = Address(static_cast<sockaddr*>(header.msg_name), header.msg_namelen);
    datagram.arrival = now; // unless there is a kernel stamp
    for_each_entry(header, [&](const cmsghdr& entry) {
        if (is(entry, IPPROTO_IPV6, IPV6_PKTINFO))
            datagram.to = address_of(content_of<in6_pktinfo>(entry), port_);
        if (is(entry, IPPROTO_IP, IP_PKTINFO))
            datagram.to = address_of(content_of<in_pktinfo>(entry), port_);
        if (is(entry, SOL_SOCKET, SCM_TIMESTAMPNS)) {
            const auto stamp = content_of<timespec>(entry);
            datagram.arrival = clock_.time_of(KernelClock::Wall(
                std::chrono::seconds(stamp.tv_sec) + std::chrono::nanoseconds(stamp.tv_nsec)));
        }
    });
    return datagram;
}

std::optional<DatagramError> UdpSocket::next_error()
{
    for (;;) {
        msghdr& received = batch_->empty_messages().front().msg_hdr;
        batch_->used = 1;
        const ssize_t count = ::recvmsg(descriptor(), &received, MSG_ERRQUEUE | MSG_DONTWAIT);
        if (count == -1) return std::nullopt;

        std::optional<DatagramError> error;
        for_each_entry(received, [&](const cmsghdr& entry) {
            if (!is(entry, IPPROTO_IP, IP_RECVERR) && !is(entry, IPPROTO_IPV6, IPV6_RECVERR))
                return;
            const auto extended = content_of<sock_extended_err>(entry);
            const bool is_ipv6 = extended.ee_origin == SO_EE_ORIGIN_ICMP6;
            if (!is_ipv6 && extended.ee_origin != SO_EE_ORIGIN_ICMP) return; // send() reports it
            const auto* offender = reinterpret_cast<const sockaddr*>(
                CMSG_DATA(&entry) + sizeof extended); // SO_EE_OFFENDER
            error = {.cause = static_cast<int>(extended.ee_errno),
                     .is_ipv6 = is_ipv6,
                     .type = extended.ee_type,
                     .code = extended.ee_code,
                     .info = extended.ee_info,
                     .reporter =
                         Address(offender, is_ipv6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in)),
                     .bytes = {static_cast<const char*>(received.msg_iov->iov_base),
                               static_cast<std::size_t>(count)}};
        });
        if (error) return error;
    }
}

} // namespace net
