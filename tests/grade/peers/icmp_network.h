// A network of the test's own: a namespace that ends with it, and a TUN device behind which the
// test answers as any host, router or liar.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/file_descriptor.h"
#include "tests/grade/peers/name_server.h"
#include "tests/grade/peers/process.h"

namespace grade {

/// The calling thread, and what it starts, is in a network of its own until this ends. Loopback is
/// up.
class NetworkNamespace {
public:
    NetworkNamespace();
    ~NetworkNamespace();
    NetworkNamespace(const NetworkNamespace&) = delete;
    NetworkNamespace& operator=(const NetworkNamespace&) = delete;

private:
    net::FileDescriptor former_;
};

/// Whether there can be one here; if not, stderr says that a test is skipped.
bool can_have_network();

/// An ICMP request that the program under test has sent, with its IP header's facts.
struct IcmpRequest {
    bool is_ipv6 = false;
    std::string packet; // all of it
    std::string source; // addresses in network order: 4 or 16 bytes
    std::string destination;
    std::uint8_t hops_left = 0;
    std::uint8_t traffic_class = 0;
    bool dont_fragment = false;
    std::string icmp; // from the ICMP header on

    [[nodiscard]] std::uint8_t type() const { return static_cast<std::uint8_t>(icmp[0]); }
    [[nodiscard]] std::uint16_t identifier() const { return number16(4); }
    [[nodiscard]] std::uint16_t sequence() const { return number16(6); }
    [[nodiscard]] std::string data() const { return icmp.substr(8); }

private:
    [[nodiscard]] std::uint16_t number16(std::size_t place) const;
};

/// An address in network order: "10.9.0.2", "2001:db8::2".
std::string address_bytes(const std::string& address);

/// A big-endian number of 16 or 32 bits.
std::string bytes16(std::uint16_t number);
std::string bytes32(std::uint32_t number);

/// An ICMP message with its checksum (ICMPv6's needs the addresses: ip_packet() does it). `rest` is
/// the header's second half.
std::string icmp_message(std::uint8_t type, std::uint8_t code, const std::string& rest,
                         const std::string& body);

/// An IP packet of the family that the addresses are of; ICMPv6's checksum is put in, IPv4's
/// options are padded to whole words.
struct IpPacket {
    std::string source;
    std::string destination;
    std::string payload;
    std::string options{};
    std::uint8_t hops_left = 64;
};
std::string ip_packet(const IpPacket& packet);

/// The right answer to an echo request; `icmp` in its place when it is not empty.
std::string echo_reply(const IcmpRequest& request, std::string icmp = {});
/// An error about a request from a router; the request is quoted as far as `quoted` bytes.
struct IcmpError {
    std::uint8_t type;
    std::uint8_t code;
    std::string rest = std::string(4, '\0');
    std::string reporter{}; // an address in words; else 10.9.0.254 or 2001:db8::fe
    std::size_t quoted = 548;
    std::string appended{}; // behind the quotation
};
std::string icmp_error(const IcmpRequest& request, const IcmpError& error);

/// Routers and hosts in a thread of the test: for every request it calls `script`, whose packets go
/// back.
class ScriptedNetwork {
public:
    using Script = std::function<std::vector<std::string>(const IcmpRequest& request)>;

    /// Our side has 10.9.0.1/24 and 2001:db8::1/64, and everything else is behind the device.
    explicit ScriptedNetwork(Script script, int mtu = 1500);
    ~ScriptedNetwork();
    ScriptedNetwork(const ScriptedNetwork&) = delete;
    ScriptedNetwork& operator=(const ScriptedNetwork&) = delete;

    /// The requests so far.
    [[nodiscard]] std::vector<IcmpRequest> requests() const;
    /// The same once there are so many of them; the test fails when they don't come.
    [[nodiscard]] std::vector<IcmpRequest> requests(std::size_t count) const;

private:
    void serve();
    void send(const std::string& packet) const;

    NetworkNamespace network_;
    std::optional<NameServer> names_; // for a program of others every name is 10.9.0.2's
    net::FileDescriptor device_;
    net::FileDescriptor end_; // readable once it is over
    Script script_;
    mutable std::mutex mutex_; // guards the requests
    mutable std::condition_variable one_more_;
    std::vector<IcmpRequest> requests_;
    std::thread thread_;
};

} // namespace grade
