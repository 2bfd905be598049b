// Socket addresses of both families, and name look-up.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/error.h"

namespace net {

/// An IPv4 or IPv6 address with its port.
class Address {
public:
    Address() = default;
    /// Copies an address from the kernel or getaddrinfo; bytes beyond a sockaddr_in6 are cut off.
    Address(const sockaddr* address, socklen_t size);

    /// "::", the wildcard address of a dual-stack listener.
    [[nodiscard]] static Address any_ipv6(std::uint16_t port);
    /// "0.0.0.0".
    [[nodiscard]] static Address any_ipv4(std::uint16_t port);

    [[nodiscard]] const sockaddr* data() const;
    [[nodiscard]] socklen_t size() const { return size_; }
    [[nodiscard]] int family() const { return storage_.sin6_family; }
    [[nodiscard]] std::uint16_t port() const;
    /// The same address with another port.
    [[nodiscard]] Address with_port(std::uint16_t port) const;

    /// The IPv4 address that an IPv4-mapped one (::ffff:192.0.2.1) stands for; others unchanged.
    [[nodiscard]] Address unmapped() const;

    /// The numeric address, without port: "192.0.2.1", "2001:db8::1". An IPv4-mapped address
    /// (::ffff:192.0.2.1) is shown as IPv4.
    [[nodiscard]] std::string host() const;
    /// "192.0.2.1:80", "[2001:db8::1]:80".
    [[nodiscard]] std::string text() const;

    /// Orders the raw bytes of family, port and address: for maps, not for display.
    friend std::strong_ordering operator<=>(const Address& a, const Address& b);
    friend bool operator==(const Address& a, const Address& b) { return std::is_eq(a <=> b); }

private:
    sockaddr_in6 storage_{}; // the larger of the two families
    socklen_t size_ = 0;
};

/// The local end of a socket.
[[nodiscard]] Address local_address(int socket);

/// A failed name look-up: "look up no.such.host: Name or service not known".
class LookupError : public Error {
public:
    LookupError(const std::string& what, bool temporary) : Error(what), temporary_(temporary) {}

    /// The name server did not answer, so the name may exist (EAI_AGAIN).
    [[nodiscard]] bool is_temporary() const { return temporary_; }

private:
    bool temporary_;
};

/// Every address of a host, in the order to try them (RFC 6724). `host` is a name or a numeric
/// address, an IPv6 one with or without brackets. `socket_type` is SOCK_STREAM, SOCK_DGRAM or
/// SOCK_RAW. Never empty; throws LookupError.
[[nodiscard]] std::vector<Address> resolve(const std::string& host, std::uint16_t port,
                                           int socket_type);

/// A numeric address, with port 0; nothing for a name.
[[nodiscard]] std::optional<Address> parse_numeric(const std::string& text);

/// Whether `bind` ("" or "*") means every address of both families.
[[nodiscard]] inline bool is_everywhere(std::string_view bind)
{
    return bind.empty() || bind == "*";
}

/// A host as a URL or a user may write it, without the brackets of an IPv6 address.
[[nodiscard]] std::string without_brackets(const std::string& host);

/// "example.org:80", "[2001:db8::1]:80": host and port as the user gave them, for messages.
[[nodiscard]] std::string host_and_port(const std::string& host, std::uint16_t port);

} // namespace net
