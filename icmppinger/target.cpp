#include "icmppinger/target.h"

#include <cstring>

namespace icmppinger {

using namespace std::chrono_literals;

std::uint8_t request_type(Version version, RequestKind kind)
{
    if (version == Version::v6) return number_of(Type6::echo);
    switch (kind) {
    case RequestKind::timestamp: return number_of(Type::timestamp);
    case RequestKind::mask: return number_of(Type::mask_request);
    case RequestKind::information: return number_of(Type::information_request);
    case RequestKind::echo: break;
    }
    return number_of(Type::echo);
}

std::uint8_t reply_type(Version version, RequestKind kind)
{
    if (version == Version::v6) return number_of(Type6::echo_reply);
    switch (kind) {
    case RequestKind::timestamp: return number_of(Type::timestamp_reply);
    case RequestKind::mask: return number_of(Type::mask_reply);
    case RequestKind::information: return number_of(Type::information_reply);
    case RequestKind::echo: break;
    }
    return number_of(Type::echo_reply);
}

std::chrono::milliseconds time_of_day(std::chrono::nanoseconds since_1970)
{
    return std::chrono::floor<std::chrono::milliseconds>(since_1970) % 24h;
}

namespace {

constexpr std::size_t times_size = 12; // of a timestamp message: originate, receive, transmit
constexpr std::size_t mask_size = 4;

/// The body of a request other than an echo, before its time is filled in.
std::vector<std::byte> blank_body(RequestKind kind)
{
    if (kind == RequestKind::timestamp) return std::vector<std::byte>(times_size);
    return std::vector<std::byte>(kind == RequestKind::mask ? mask_size : 0);
}

/// Whether it is a multicast address (RFC 1112 §4, RFC 4291 §2.7).
bool is_group(const net::Address& address)
{
    if (address.family() == AF_INET6) {
        sockaddr_in6 ipv6{};
        std::memcpy(&ipv6, address.data(), sizeof ipv6);
        return IN6_IS_ADDR_MULTICAST(&ipv6.sin6_addr);
    }
    sockaddr_in ipv4{};
    std::memcpy(&ipv4, address.data(), sizeof ipv4);
    return IN_MULTICAST(ntohl(ipv4.sin_addr.s_addr));
}

} // namespace

Target::Target(std::string its_name, const net::Address& its_address, const PingRequest& request)
    : name(std::move(its_name)), address(its_address),
      version(its_address.family() == AF_INET6 ? Version::v6 : Version::v4),
      host(its_address.host()), is_multicast(is_group(its_address)), log(request.timeout),
      kind_(request.kind), key_(random_key()), wall_ahead_(request.wall_ahead),
      pattern_(request.pattern), payload_(request.size, request.pattern, key_),
      body_(blank_body(request.kind))
{
}

Bytes Target::body_of(std::uint64_t number, Time when)
{
    if (kind_ == RequestKind::echo) return payload_.of(number);
    if (kind_ == RequestKind::timestamp) {
        const auto time = time_of_day(when.time_since_epoch() + wall_ahead_).count();
        for (int shift = 24, place = 0; shift >= 0; shift -= 8, ++place)
            body_[static_cast<std::size_t>(place)] = static_cast<std::byte>(time >> shift);
    }
    return body_;
}

void Target::resize(std::size_t size)
{
    payload_ = Payload(size, pattern_, key_);
}

namespace {

/// The address without its scope: a quoted packet does not contain the link.
net::Address without_scope(const net::Address& address)
{
    if (address.family() != AF_INET6) return address;
    sockaddr_in6 bare{};
    std::memcpy(&bare, address.data(), sizeof bare);
    bare.sin6_scope_id = 0;
    return {reinterpret_cast<const sockaddr*>(&bare), sizeof bare};
}

} // namespace

void Targets::add(Target target)
{
    by_address_[without_scope(target.address)].push_back(all_.size());
    if (target.is_multicast) groups_.push_back(all_.size());
    all_.push_back(std::move(target));
}

std::span<const std::size_t> Targets::at(const net::Address& address) const
{
    const auto found = by_address_.find(without_scope(address));
    return found == by_address_.end() ? std::span<const std::size_t>() : found->second;
}

} // namespace icmppinger
