#include "icmppinger/resolve_hosts.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "common/address_block.h"
#include "common/text/ascii.h"
#include "icmppinger/route.h"

namespace icmppinger {
namespace {

bool has_route(const net::Address& address)
try {
    static_cast<void>(routed(address));
    return true;
} catch (const net::Error&) {
    return false;
}

bool is_loopback(const net::Address& address)
{
    const std::string host = address.host();
    return host.starts_with("127.") || host == "::1";
}

/// The address that packets to it really go to. Throws net::Error with a remedy if there is none.
net::Address checked(const net::Address& address)
try {
    return routed(address);
} catch (const net::Error& error) {
    throw net::Error(error.what() + net::remedy_for_route(address, error.cause()), error.cause());
}

} // namespace

bool is_broadcast(const net::Address& address)
try {
    static_cast<void>(routed(address));
    return false;
} catch (const net::Error& error) {
    return error.cause() == EACCES;
}

net::Address find_host(const std::string& host, const Options& options, Sockets& sockets)
{
    if (std::ranges::any_of(host, net::is_control) || host.empty())
        throw net::Error("'" + net::escaped(host) + "' is not a host name");
    auto addresses = net::resolve(host, 0, SOCK_RAW);
    std::ranges::transform(addresses, addresses.begin(), &net::Address::unmapped);
    std::erase_if(addresses, [&](const net::Address& address) {
        return address.family() == AF_INET6 ? !options.families.ipv6 : !options.families.ipv4;
    });
    if (addresses.empty())
        throw net::Error("look up " + host + ": no " + (options.families.ipv4 ? "IPv4" : "IPv6") +
                         " address");
    const auto best =
        addresses.size() == 1 ? addresses.begin() : std::ranges::find_if(addresses, has_route);
    const net::Address& address = best == addresses.end() ? addresses.front() : *best;
    static_cast<void>(sockets.of(address.family() == AF_INET6 ? Version::v6 : Version::v4));
    const bool is_allowed = options.settings.broadcast && is_broadcast(address);
    return options.settings.device.empty() && !is_allowed ? checked(address) : address;
}

void check_privilege(const Options& options, const Targets& targets)
{
    constexpr auto shortest = 2ms; // between two pings of a user other than root, as in ping
    constexpr std::size_t most_at_once = 3;
    if (::getuid() == 0) return;
    for (const Target& target : targets) {
        if (is_loopback(target.address)) continue;
        const std::size_t times = targets.at(target.address).size(); // that it was named
        if (options.plan.adaptive || options.plan.interval < times * shortest ||
            times * options.plan.preload > most_at_once)
            throw net::Error("floods, and intervals below 0.002 s or preloads above 3 for one "
                             "address, need root, except on loopback (use sudo)");
    }
}

} // namespace icmppinger
