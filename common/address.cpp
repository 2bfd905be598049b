#include "common/address.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>

namespace net {
namespace {

template <typename Family> Family copy_of(const sockaddr_in6& storage)
{
    Family address{};
    std::memcpy(&address, &storage, sizeof address);
    return address;
}

template <typename Family> Address address_of(const Family& address)
{
    return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
}

} // namespace

Address::Address(const sockaddr* address, socklen_t size)
    : size_(std::min(size, static_cast<socklen_t>(sizeof storage_)))
{
    std::memcpy(&storage_, address, size_);
}

Address Address::any_ipv6(std::uint16_t port)
{
    sockaddr_in6 any{};
    any.sin6_family = AF_INET6;
    any.sin6_port = htons(port);
    any.sin6_addr = in6addr_any;
    return address_of(any);
}

Address Address::any_ipv4(std::uint16_t port)
{
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_port = htons(port);
    any.sin_addr.s_addr = htonl(INADDR_ANY);
    return address_of(any);
}

const sockaddr* Address::data() const
{
    return reinterpret_cast<const sockaddr*>(&storage_);
}

std::uint16_t Address::port() const
{
    if (family() == AF_INET6) return ntohs(copy_of<sockaddr_in6>(storage_).sin6_port);
    if (family() == AF_INET) return ntohs(copy_of<sockaddr_in>(storage_).sin_port);
    return 0;
}

Address Address::with_port(std::uint16_t port) const
{
    static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));
    Address other = *this;
    other.storage_.sin6_port = htons(port);
    return other;
}

Address Address::unmapped() const
{
    if (family() != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&storage_.sin6_addr)) return *this;
    sockaddr_in ipv4{};
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = storage_.sin6_port;
    constexpr std::size_t prefix = 12; // bytes, RFC 4291 §2.5.5.2
    std::memcpy(&ipv4.sin_addr, storage_.sin6_addr.s6_addr + prefix, sizeof ipv4.sin_addr);
    return address_of(ipv4);
}

std::string Address::host() const
{
    std::array<char, NI_MAXHOST> name{};
    if (::getnameinfo(data(), size_, name.data(), name.size(), nullptr, 0, NI_NUMERICHOST) != 0)
        return "?";
    const std::string numeric = name.data();
    constexpr std::string_view mapped = "::ffff:"; // RFC 4291 §2.5.5.2
    const bool is_mapped = numeric.starts_with(mapped) && numeric.find('.') != std::string::npos;
    return is_mapped ? numeric.substr(mapped.size()) : numeric;
}

std::string Address::text() const
{
    return host_and_port(host(), port());
}

std::strong_ordering operator<=>(const Address& a, const Address& b)
{
    if (a.size_ != b.size_) return a.size_ <=> b.size_;
    return std::memcmp(&a.storage_, &b.storage_, a.size_) <=> 0;
}

Address local_address(int socket)
{
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    auto* address = reinterpret_cast<sockaddr*>(&storage);
    if (::getsockname(socket, address, &size) == -1) fail("get the local address of a socket");
    return {address, size};
}

std::vector<Address> resolve(const std::string& host, std::uint16_t port, int socket_type)
{
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = socket_type;
    hints.ai_flags = AI_NUMERICSERV;
    const std::string service = std::to_string(port);
    const bool has_port = socket_type != SOCK_RAW;
    addrinfo* found = nullptr;
    const int status = ::getaddrinfo(without_brackets(host).c_str(),
                                     has_port ? service.c_str() : nullptr, &hints, &found);
    if (status != 0) {
        const std::string why = status == EAI_SYSTEM ? reason(errno) : ::gai_strerror(status);
        throw LookupError("look up " + host + ": " + why, status == EAI_AGAIN);
    }

    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    std::vector<Address> addresses;
    for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next)
        addresses.emplace_back(entry->ai_addr, entry->ai_addrlen);
    return addresses;
}

std::optional<Address> parse_numeric(const std::string& text)
{
    sockaddr_in ipv4{};
    ipv4.sin_family = AF_INET;
    if (::inet_pton(AF_INET, text.c_str(), &ipv4.sin_addr) == 1)
        return Address(reinterpret_cast<const sockaddr*>(&ipv4), sizeof ipv4);
    sockaddr_in6 ipv6{};
    ipv6.sin6_family = AF_INET6;
    if (::inet_pton(AF_INET6, text.c_str(), &ipv6.sin6_addr) == 1)
        return Address(reinterpret_cast<const sockaddr*>(&ipv6), sizeof ipv6);
    return std::nullopt;
}

std::string without_brackets(const std::string& host)
{
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    return bracketed ? host.substr(1, host.size() - 2) : host;
}

std::string host_and_port(const std::string& host, std::uint16_t port)
{
    const bool needs_brackets = host.find(':') != std::string::npos && host.front() != '[';
    return (needs_brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

} // namespace net
