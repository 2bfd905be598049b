#include "webserver/fetch/address_policy.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <span>
#include <string>

#include "common/address_block.h"

namespace webserver {
namespace {

struct SpecialUse {
    SpecialUse(const std::string& addresses, const std::string& kind)
        : block(addresses), name(kind + " (" + addresses + ")")
    {
    }

    net::AddressBlock block;
    std::string name; // "a private address (10.0.0.0/8)"
};

/// IANA's special-purpose registries (RFC 6890), less documentation. An IPv4-mapped address counts
/// as the IPv4 address in it.
std::span<const SpecialUse> special_uses()
{
    static const auto uses = std::to_array<SpecialUse>({
        {"0.0.0.0/8", "an address of this host"},
        {"10.0.0.0/8", "a private address"},
        {"100.64.0.0/10", "a provider's shared address"},
        {"127.0.0.0/8", "a loopback address"},
        {"169.254.0.0/16", "a link-local address"},
        {"172.16.0.0/12", "a private address"},
        {"192.0.0.0/24", "a protocol's own address"},
        {"192.168.0.0/16", "a private address"},
        {"198.18.0.0/15", "a benchmarking address"},
        {"224.0.0.0/4", "a multicast address"},
        {"240.0.0.0/4", "a reserved or broadcast address"},
        {"::1", "the loopback address"},
        {"::/96", "an address of this host or an IPv4-compatible address"},
        {"64:ff9b:1::/48", "a local translator's address"},
        {"100::/64", "a discard-only address"},
        {"2001::/32", "a Teredo address"},
        {"fc00::/7", "a private address"},
        {"fe80::/10", "a link-local address"},
        {"fec0::/10", "a site-local address"},
        {"ff00::/8", "a multicast address"},
    });
    return uses;
}

/// The IPv4 address inside a NAT64 address, 64:ff9b::192.0.2.1 (RFC 6052), or a 6to4 address,
/// 2002:c000:201:: (RFC 3056).
std::optional<net::Address> translated(const net::Address& address)
{
    static const net::AddressBlock nat64("64:ff9b::/96");
    static const net::AddressBlock six_to_four("2002::/16");
    constexpr std::size_t behind_nat64 = 12;
    constexpr std::size_t behind_six_to_four = 2;
    const bool is_nat64 = nat64.contains(address);
    if (!is_nat64 && !six_to_four.contains(address)) return std::nullopt;
    const std::size_t place = is_nat64 ? behind_nat64 : behind_six_to_four;
    sockaddr_in ipv4{};
    ipv4.sin_family = AF_INET;
    std::memcpy(&ipv4.sin_addr,
                reinterpret_cast<const char*>(address.data()) + offsetof(sockaddr_in6, sin6_addr) +
                    place,
                sizeof ipv4.sin_addr);
    return net::Address(reinterpret_cast<const sockaddr*>(&ipv4), sizeof ipv4);
}

} // namespace

std::string_view special_use(const net::Address& address)
{
    if (address.family() != AF_INET && address.family() != AF_INET6)
        return "an address of another family than IP";
    const net::Address target = translated(address).value_or(address);
    const auto uses = special_uses();
    const auto found = std::ranges::find_if(
        uses, [&](const SpecialUse& use) { return use.block.contains(target); });
    if (found == uses.end()) return {};
    return found->name;
}

} // namespace webserver
