#include "icmppinger/icmp_socket.h"

#include <net/if.h> // before <linux/if.h>, which <linux/icmp.h> includes

#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>

#include <algorithm>
#include <array>

#include "common/datagram_batch.h"
#include "icmppinger/packet/payload.h"

namespace icmppinger {
namespace {

using net::FileDescriptor;

/// The socket option constants of one family.
struct SocketOptions {
    int family;
    int protocol;
    int level;
    int hops;
    int group_hops;
    int traffic_class;
    int discovery;
    int receive_hops;
    int receive_errors;
    int hops_message; // type of the control data, when sending
};

constexpr SocketOptions ipv4_options{.family = AF_INET,
                                     .protocol = IPPROTO_ICMP,
                                     .level = IPPROTO_IP,
                                     .hops = IP_TTL,
                                     .group_hops = IP_MULTICAST_TTL,
                                     .traffic_class = IP_TOS,
                                     .discovery = IP_MTU_DISCOVER,
                                     .receive_hops = IP_RECVTTL,
                                     .receive_errors = IP_RECVERR,
                                     .hops_message = IP_TTL};
constexpr SocketOptions ipv6_options{.family = AF_INET6,
                                     .protocol = IPPROTO_ICMPV6,
                                     .level = IPPROTO_IPV6,
                                     .hops = IPV6_UNICAST_HOPS,
                                     .group_hops = IPV6_MULTICAST_HOPS,
                                     .traffic_class = IPV6_TCLASS,
                                     .discovery = IPV6_MTU_DISCOVER,
                                     .receive_hops = IPV6_RECVHOPLIMIT,
                                     .receive_errors = IPV6_RECVERR,
                                     .hops_message = IPV6_HOPLIMIT};

const SocketOptions& options_of(Version version)
{
    return version == Version::v4 ? ipv4_options : ipv6_options;
}

void set(const FileDescriptor& socket, int level, int option, int value, const char* attempt)
{
    if (::setsockopt(socket.get(), level, option, &value, sizeof value) == -1) net::fail(attempt);
}

int discovery_of(const std::string& word)
{
    if (word == "do") return IP_PMTUDISC_DO;
    if (word == "want") return IP_PMTUDISC_WANT;
    return word == "probe" ? IP_PMTUDISC_PROBE : IP_PMTUDISC_DONT;
}

/// Passes replies and errors, with `all_types` also other types; blocks requests, as loopback
/// returns our own.
void filter(const FileDescriptor& socket, Version version, bool all_types)
{
    if (version == Version::v4) {
        constexpr std::uint32_t requests = 1U << 8 | 1U << 13 | 1U << 15 | 1U << 17;
        constexpr std::uint32_t ours = 1U << 0 | 1U << 3 | 1U << 4 | 1U << 5 | 1U << 11 | 1U << 12 |
                                       1U << 14 | 1U << 16 | 1U << 18;
        const icmp_filter blocked{all_types ? requests : ~ours};
        if (::setsockopt(socket.get(), SOL_RAW, ICMP_FILTER, &blocked, sizeof blocked) == -1)
            net::fail("set the ICMP type filter");
        return;
    }
    icmp6_filter passing{};
    ICMP6_FILTER_SETBLOCKALL(&passing);
    for (const int type : {1, 2, 3, 4, 129})
        ICMP6_FILTER_SETPASS(type, &passing);
    if (all_types) ICMP6_FILTER_SETPASS(137, &passing);
    if (::setsockopt(socket.get(), IPPROTO_ICMPV6, ICMP6_FILTER, &passing, sizeof passing) == -1)
        net::fail("set the ICMPv6 type filter");
}

/// RFC 791, page 20: room for nine addresses, after one byte of padding to whole 32-bit words.
void record_route(const FileDescriptor& socket)
{
    constexpr std::uint8_t no_operation = 1;
    constexpr std::uint8_t kind = 7;
    constexpr std::uint8_t length = 39;
    constexpr std::uint8_t first_place = 4;
    const std::array<std::uint8_t, 40> option{no_operation, kind, length, first_place};
    if (::setsockopt(socket.get(), IPPROTO_IP, IP_OPTIONS, option.data(), option.size()) == -1)
        net::fail("request a record of the route");
    set(socket, IPPROTO_IP, IP_RECVOPTS, 1, "enable the reception of IP options");
}

constexpr const char* remedies =
    " (use sudo; or once, as root: setcap cap_net_raw+ep icmppinger, or sysctl "
    "net.ipv4.ping_group_range='0 2147483647')";

FileDescriptor open_descriptor(const SocketOptions& options, bool needs_raw, bool& raw)
{
    FileDescriptor socket(::socket(options.family, SOCK_RAW | SOCK_CLOEXEC, options.protocol));
    raw = static_cast<bool>(socket);
    if (raw) return socket;
    const int raw_cause = errno;
    const std::string attempt = "open a raw ICMP socket";
    if (raw_cause != EPERM && raw_cause != EACCES) net::fail(attempt, raw_cause);
    const std::string refusal = attempt + ": " + net::reason(raw_cause);
    if (needs_raw)
        throw net::Error(refusal + "; an unprivileged one sends only echo requests (use sudo; or "
                                   "once, as root: setcap cap_net_raw+ep icmppinger)",
                         raw_cause);
    socket = FileDescriptor(::socket(options.family, SOCK_DGRAM | SOCK_CLOEXEC, options.protocol));
    if (socket) return socket;
    throw net::Error(refusal + "; open an unprivileged one: " + net::reason(errno) + remedies,
                     raw_cause);
}

void apply(const FileDescriptor& socket, const SocketOptions& options,
           const SocketSettings& settings)
{
    if (settings.hops)
        for (const int option : {options.hops, options.group_hops})
            set(socket, options.level, option, *settings.hops, "set the TTL");
    if (settings.traffic_class)
        set(socket, options.level, options.traffic_class, *settings.traffic_class,
            "set the type of service");
    if (!settings.discovery.empty())
        set(socket, options.level, options.discovery, discovery_of(settings.discovery),
            "set path MTU discovery");
    const bool never_fragments = settings.discovery == "do" || settings.discovery == "probe";
    if (never_fragments && options.family == AF_INET6)
        set(socket, IPPROTO_IPV6, IPV6_DONTFRAG, 1, "forbid fragmentation");
    if (!settings.device.empty() &&
        ::setsockopt(socket.get(), SOL_SOCKET, SO_BINDTODEVICE, settings.device.data(),
                     static_cast<socklen_t>(settings.device.size())) == -1)
        net::fail("bind to the interface " + settings.device);
    if (settings.record_route && options.family == AF_INET) record_route(socket);
}

} // namespace

IcmpSocket::IcmpSocket(IcmpSocket&& other) noexcept = default;
IcmpSocket& IcmpSocket::operator=(IcmpSocket&& other) noexcept = default;
IcmpSocket::~IcmpSocket() = default;

IcmpSocket IcmpSocket::open(Version version, const SocketSettings& settings)
{
    bool raw = false;
    FileDescriptor socket = open_descriptor(options_of(version), settings.needs_raw, raw);
    return {std::move(socket), version, raw, settings};
}

IcmpSocket::IcmpSocket(FileDescriptor socket, Version version, bool raw,
                       const SocketSettings& settings)
    : socket_(std::move(socket)), version_(version), raw_(raw), identifier_(random_identifier()),
      batch_(std::make_unique<net::ReceiveBatch<Received>>())
{
    const SocketOptions& options = options_of(version);
    constexpr int much = 8 << 20; // bytes: some thousand packets, while output blocks
    enlarge_receive_buffer(socket_, much);
    set(socket_, SOL_SOCKET, SO_TIMESTAMPNS, settings.user_latency ? 0 : 1,
        "enable receive timestamps");
    if (settings.broadcast) set(socket_, SOL_SOCKET, SO_BROADCAST, 1, "allow broadcasts");
    if (!raw_ || version == Version::v6) // else it is in the IP header
        set(socket_, options.level, options.receive_hops, 1, "enable the reception of the TTL");
    apply(socket_, options, settings);
    if (raw_)
        filter(socket_, version, settings.all_types);
    else
        set(socket_, options.level, options.receive_errors, 1, "enable the ICMP error queue");

    const net::Address any =
        version == Version::v4 ? net::Address::any_ipv4(0) : net::Address::any_ipv6(0);
    const net::Address source = settings.source.value_or(any);
    if ((!raw_ || settings.source) && ::bind(descriptor(), source.data(), source.size()) == -1)
        net::fail("send from " + source.host());
    if (!raw_) identifier_ = net::local_address(descriptor()).port(); // the kernel's identifier
}

void IcmpSocket::send(Bytes message, const net::Address& to, std::uint8_t hops)
{
    constexpr int most_tries = 8; // a failed one may have reported an earlier message's error
    for (int tries = 1; send_once(message, to, hops) == -1; ++tries) {
        const bool may_be_earlier = !raw_ && errno != EMSGSIZE && errno != EINVAL && errno != EPERM;
        if (!may_be_earlier || tries == most_tries) net::fail("send to " + to.host());
    }
}

ssize_t IcmpSocket::send_once(Bytes message, const net::Address& to, std::uint8_t hops) const
{
    if (hops == 0)
        return ::sendto(descriptor(), message.data(), message.size(), 0, to.data(), to.size());
    iovec content{const_cast<std::byte*>(message.data()), message.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr header{};
    header.msg_name = const_cast<sockaddr*>(to.data());
    header.msg_namelen = to.size();
    header.msg_iov = &content;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    const SocketOptions& options = options_of(version_);
    net::add_entry(header, options.level, options.hops_message, static_cast<int>(hops));
    return ::sendmsg(descriptor(), &header, 0);
}

std::span<const Received> IcmpSocket::receive(std::size_t most)
{
    const std::span<mmsghdr> messages = batch_->empty_messages();
    const auto slots = static_cast<unsigned>(std::min(most, messages.size()));
    int count = 0;
    while ((count = ::recvmmsg(descriptor(), messages.data(), slots, MSG_DONTWAIT, nullptr)) ==
           -1) {
        if (errno == EAGAIN) return {};
        const bool is_ours = errno == EBADF || errno == EFAULT || errno == EINVAL ||
                             errno == ENOMEM || errno == ENOTSOCK;
        if (is_ours) net::fail("receive a packet"); // others report an earlier message's error
    }
    const auto received = batch_->used = static_cast<std::size_t>(count);
    for (std::size_t i = 0; i < received; ++i)
        batch_->items[i] = received_of(messages[i]);
    return std::span(batch_->items).first(received);
}

Received IcmpSocket::received_of(mmsghdr& message)
{
    msghdr& header = message.msg_hdr;
    Received received;
    received.bytes = {static_cast<const std::byte*>(header.msg_iov->iov_base), message.msg_len};
    received.from = net::Address(static_cast<sockaddr*>(header.msg_name), header.msg_namelen);
    net::for_each_entry(header, [&](const cmsghdr& entry) {
        if (net::is(entry, IPPROTO_IP, IP_TTL) || net::is(entry, IPPROTO_IPV6, IPV6_HOPLIMIT))
            received.hops_left = static_cast<std::uint8_t>(net::content_of<int>(entry));
        if (net::is(entry, IPPROTO_IP, IP_RECVOPTS))
            received.route = recorded_route({reinterpret_cast<const std::byte*>(CMSG_DATA(&entry)),
                                             entry.cmsg_len - CMSG_LEN(0)});
        if (net::is(entry, SOL_SOCKET, SCM_TIMESTAMPNS)) {
            const auto stamp = net::content_of<timespec>(entry);
            received.arrival = clock_.time_of(net::KernelClock::Wall(
                std::chrono::seconds(stamp.tv_sec) + std::chrono::nanoseconds(stamp.tv_nsec)));
        }
    });
    if (received.arrival == Received().arrival) received.arrival = std::chrono::steady_clock::now();
    if (raw_ && version_ == Version::v4) {
        received.packet = parse_packet(version_, received.bytes);
        received.bytes = received.packet ? received.packet->payload : Bytes();
        if (received.packet) received.hops_left = received.packet->hops_left;
    }
    return received;
}

namespace {

/// The ICMP error of an error queue entry, without the quotation. The kernel delivers no IP header;
/// the quotation begins with the ICMP header.
IcmpError icmp_error_of(const sock_extended_err& extended, const net::Address& reporter)
{
    IcmpError error{.version = extended.ee_origin == SO_EE_ORIGIN_ICMP6 ? Version::v6 : Version::v4,
                    .type = extended.ee_type,
                    .code = extended.ee_code,
                    .reporter = reporter};
    if (error.is_too_big()) error.mtu = extended.ee_info;
    const bool has_pointer = error.version == Version::v6
                                 ? error.type == number_of(Type6::parameter_problem)
                                 : error.type == number_of(Type::parameter_problem);
    if (has_pointer) error.pointer = extended.ee_info;
    return error;
}

} // namespace

std::optional<IcmpError> IcmpSocket::next_error()
{
    if (raw_) return std::nullopt;
    for (;;) {
        msghdr& received = batch_->empty_messages().front().msg_hdr;
        batch_->used = 1;
        const ssize_t count = ::recvmsg(descriptor(), &received, MSG_ERRQUEUE | MSG_DONTWAIT);
        if (count == -1) return std::nullopt;

        std::optional<IcmpError> error;
        net::for_each_entry(received, [&](const cmsghdr& entry) {
            if (!net::is(entry, IPPROTO_IP, IP_RECVERR) &&
                !net::is(entry, IPPROTO_IPV6, IPV6_RECVERR))
                return;
            const auto extended = net::content_of<sock_extended_err>(entry);
            const bool is_v6 = extended.ee_origin == SO_EE_ORIGIN_ICMP6;
            if (!is_v6 && extended.ee_origin != SO_EE_ORIGIN_ICMP) return; // send() reported it
            const auto* offender =
                reinterpret_cast<const sockaddr*>(CMSG_DATA(&entry) + sizeof extended);
            error = icmp_error_of(extended,
                                  {offender, static_cast<socklen_t>(is_v6 ? sizeof(sockaddr_in6)
                                                                          : sizeof(sockaddr_in))});
            error->request = parse_quoted_request(
                version_, {static_cast<const std::byte*>(received.msg_iov->iov_base),
                           static_cast<std::size_t>(count)});
            if (error->request)
                error->request->destination =
                    net::Address(static_cast<sockaddr*>(received.msg_name), received.msg_namelen);
        });
        if (error) return error;
    }
}

} // namespace icmppinger
