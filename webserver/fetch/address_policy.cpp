#include "webserver/fetch/address_policy.h"

#include <algorithm>
#include <array>
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

} // namespace

std::string_view special_use(const net::Address& address)
{
    if (address.family() != AF_INET && address.family() != AF_INET6)
        return "an address of another family than IP";
    const net::Address target = net::behind_translation(address);
    const auto uses = special_uses();
    const auto found = std::ranges::find_if(
        uses, [&](const SpecialUse& use) { return use.block.contains(target); });
    if (found == uses.end()) return {};
    return found->name;
}

} // namespace webserver
