#include "tests/grade/peers/icmp_network.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <iostream>
#include <optional>
#include <span>

#include "common/checksum.h"
#include "common/error.h"
#include "tests/grade/peers/command.h"

namespace grade {
namespace {

constexpr std::size_t ipv4_header = 20;
constexpr std::size_t ipv6_header = 40;
constexpr char icmpv6 = 58;

std::uint8_t byte_of(const std::string& bytes, std::size_t place)
{
    return static_cast<std::uint8_t>(bytes[place]);
}

std::string checksum_of(const std::string& bytes)
{
    return bytes16(net::internet_checksum(std::as_bytes(std::span(bytes))));
}

void must(const std::string& command)
{
    const Outcome outcome = run("sh", {"-c", command});
    if (outcome.status != 0) throw net::Error(command + ": " + outcome.err);
}

/// An ICMP packet of the program under test; nothing when it is something else.
std::optional<IcmpRequest> parse(const std::string& packet)
{
    IcmpRequest request;
    request.packet = packet;
    if (packet.size() >= ipv4_header && byte_of(packet, 0) >> 4 == 4 && packet[9] == 1) {
        request.source = packet.substr(12, 4);
        request.destination = packet.substr(16, 4);
        request.hops_left = byte_of(packet, 8);
        request.traffic_class = byte_of(packet, 1);
        request.dont_fragment = (byte_of(packet, 6) & 0x40) != 0;
        request.icmp = packet.substr((byte_of(packet, 0) & 0xfU) * 4);
    } else if (packet.size() >= ipv6_header && byte_of(packet, 0) >> 4 == 6 &&
               packet[6] == icmpv6) {
        request.is_ipv6 = true;
        request.source = packet.substr(8, 16);
        request.destination = packet.substr(24, 16);
        request.hops_left = byte_of(packet, 7);
        request.traffic_class =
            static_cast<std::uint8_t>(byte_of(packet, 0) << 4 | byte_of(packet, 1) >> 4);
        request.dont_fragment = true;
        request.icmp = packet.substr(ipv6_header);
    }
    constexpr std::uint8_t first_neighbour_message = 130;
    constexpr std::size_t icmp_header = 8;
    if (request.icmp.size() < icmp_header) return std::nullopt;
    if (request.is_ipv6 && request.type() >= first_neighbour_message) return std::nullopt;
    return request;
}

net::FileDescriptor open_device()
{
    net::FileDescriptor device(::open("/dev/net/tun", O_RDWR | O_CLOEXEC));
    ifreq wanted{};
    wanted.ifr_flags = IFF_TUN | IFF_NO_PI;
    std::strcpy(wanted.ifr_name, "tun0");
    if (!device || ::ioctl(device.get(), TUNSETIFF, &wanted) == -1) net::fail("make a TUN device");
    return device;
}

} // namespace

NetworkNamespace::NetworkNamespace()
    : former_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC))
{
    if (!former_ || ::unshare(CLONE_NEWNET) == -1) net::fail("make a network");
    must("ip link set lo up");
}

NetworkNamespace::~NetworkNamespace()
{
    if (::setns(former_.get(), CLONE_NEWNET) == -1) std::abort(); // else all other tests are in it
}

bool can_have_network()
{
    const Outcome outcome =
        run("sh", {"-c", "unshare -n -m ip link set lo up && test -c /dev/net/tun"});
    if (outcome.status == 0) return true;
    std::cerr << "skipped: no network of our own can be had here: " + outcome.err + "\n";
    return false;
}

std::uint16_t IcmpRequest::number16(std::size_t place) const
{
    return static_cast<std::uint16_t>(byte_of(icmp, place) << 8 | byte_of(icmp, place + 1));
}

std::string address_bytes(const std::string& address)
{
    const bool is_ipv6 = address.find(':') != std::string::npos;
    std::string bytes(is_ipv6 ? 16 : 4, '\0');
    if (::inet_pton(is_ipv6 ? AF_INET6 : AF_INET, address.c_str(), bytes.data()) != 1)
        throw net::Error("no address: " + address);
    return bytes;
}

std::string bytes16(std::uint16_t number)
{
    return {static_cast<char>(number >> 8), static_cast<char>(number)};
}

std::string bytes32(std::uint32_t number)
{
    return bytes16(static_cast<std::uint16_t>(number >> 16)) +
           bytes16(static_cast<std::uint16_t>(number));
}

std::string icmp_message(std::uint8_t type, std::uint8_t code, const std::string& rest,
                         const std::string& body)
{
    const std::string head{static_cast<char>(type), static_cast<char>(code)};
    const std::string checksum = checksum_of(head + bytes16(0) + rest + body);
    return head + checksum + rest + body;
}

std::string ip_packet(const IpPacket& packet)
{
    const auto length = static_cast<std::uint16_t>(packet.payload.size());
    if (packet.source.size() == 16) {
        std::string payload = packet.payload;
        if (payload.size() >= 4) {
            payload.replace(2, 2, bytes16(0));
            const std::string pseudo_header =
                packet.source + packet.destination + bytes32(length) + bytes32(icmpv6);
            payload.replace(2, 2, checksum_of(pseudo_header + payload));
        }
        return bytes32(0x60000000) + bytes16(length) + icmpv6 +
               static_cast<char>(packet.hops_left) + packet.source + packet.destination + payload;
    }
    std::string options = packet.options;
    options.resize((options.size() + 3) / 4 * 4);
    const std::size_t words = (ipv4_header + options.size()) / 4;
    std::string header = std::string{static_cast<char>(0x40 | words), '\0'} +
                         bytes16(static_cast<std::uint16_t>(words * 4 + length)) + bytes32(0) +
                         static_cast<char>(packet.hops_left) + '\x01' + bytes16(0) + packet.source +
                         packet.destination + options;
    header.replace(10, 2, checksum_of(header));
    return header + packet.payload;
}

std::string echo_reply(const IcmpRequest& request, std::string icmp)
{
    const std::uint8_t type = request.is_ipv6 ? 129 : 0;
    if (icmp.empty()) icmp = icmp_message(type, 0, request.icmp.substr(4, 4), request.data());
    return ip_packet(
        {.source = request.destination, .destination = request.source, .payload = icmp});
}

std::string icmp_error(const IcmpRequest& request, const IcmpError& error)
{
    const std::string usual = request.is_ipv6 ? "2001:db8::fe" : "10.9.0.254";
    const std::string reporter = address_bytes(error.reporter.empty() ? usual : error.reporter);
    const std::string quoted = request.packet.substr(0, error.quoted);
    return ip_packet(
        {.source = reporter,
         .destination = request.source,
         .payload = icmp_message(error.type, error.code, error.rest, quoted + error.appended)});
}

ScriptedNetwork::ScriptedNetwork(Script script, int mtu)
    : device_(open_device()), end_(::eventfd(0, EFD_CLOEXEC)), script_(std::move(script))
{
    must("ip link set tun0 mtu " + std::to_string(mtu) +
         " up; ip address add 10.9.0.1/24 dev tun0; ip route add default dev tun0; "
         "ip address add 2001:db8::1/64 dev tun0 nodad; ip -6 route add default dev tun0");
    if (is_of_others("ICMPPINGER")) names_.emplace("10.9.0.2");
    thread_ = std::thread([this] { serve(); });
}

ScriptedNetwork::~ScriptedNetwork()
{
    ::eventfd_write(end_.get(), 1);
    thread_.join();
}

std::vector<IcmpRequest> ScriptedNetwork::requests() const
{
    const std::scoped_lock lock(mutex_);
    return requests_;
}

std::vector<IcmpRequest> ScriptedNetwork::requests(std::size_t count) const
{
    std::unique_lock lock(mutex_);
    if (!one_more_.wait_for(lock, 20s, [&] { return requests_.size() >= count; }))
        throw net::Error("only " + std::to_string(requests_.size()) + " requests have come");
    return requests_;
}

void ScriptedNetwork::serve()
{
    std::string buffer(65536, '\0');
    std::array<pollfd, 2> waiting{pollfd{device_.get(), POLLIN, 0}, pollfd{end_.get(), POLLIN, 0}};
    for (;;) {
        ::poll(waiting.data(), waiting.size(), -1);
        if (waiting[1].revents != 0) return;
        const ssize_t count = ::read(device_.get(), buffer.data(), buffer.size());
        if (count <= 0) continue;
        const auto request = parse(buffer.substr(0, static_cast<std::size_t>(count)));
        if (!request) continue;
        {
            const std::scoped_lock lock(mutex_);
            requests_.push_back(*request);
        }
        one_more_.notify_all();
        for (const std::string& packet : script_(*request))
            send(packet);
    }
}

void ScriptedNetwork::send(const std::string& packet) const
{
    if (::write(device_.get(), packet.data(), packet.size()) == -1)
        std::cerr << "a packet cannot be sent: " + net::reason(errno) + "\n";
}

} // namespace grade
