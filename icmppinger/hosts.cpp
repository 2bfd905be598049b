#include "icmppinger/hosts.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "common/ascii.h"

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

bool is_link_local(const net::Address& address)
{
    return address.family() == AF_INET6 && address.host().starts_with("fe80:");
}

/// Where a packet to it really goes; what the kernel says against it.
net::Address checked(const net::Address& address)
try {
    return routed(address);
} catch (const net::Error& error) {
    std::string remedy;
    if (is_link_local(address)) remedy = " (say by which interface: " + address.host() + "%eth0)";
    if (error.cause() == EACCES) remedy = " (is it a broadcast address?)";
    throw net::Error(error.what() + remedy, error.cause());
}

} // namespace

net::Address find_host(const std::string& host, const Options& options, Sockets& sockets)
{
    if (std::ranges::any_of(host, net::is_control) || host.empty())
        throw net::Error("'" + net::escaped(host) + "' is no host's name");
    auto addresses = net::resolve(host, 0, SOCK_RAW);
    std::erase_if(addresses, [&](const net::Address& address) {
        return address.family() == AF_INET6 ? !options.families.ipv6 : !options.families.ipv4;
    });
    if (addresses.empty())
        throw net::Error("look up " + host + ": it has no " +
                         (options.families.ipv4 ? "IPv4" : "IPv6") + " address");
    const auto best =
        addresses.size() == 1 ? addresses.begin() : std::ranges::find_if(addresses, has_route);
    const net::Address& address = best == addresses.end() ? addresses.front() : *best;
    static_cast<void>(sockets.of(address.family() == AF_INET6 ? Version::v6 : Version::v4));
    return options.settings.device.empty() ? checked(address) : address;
}

void check_privilege(const Options& options, const Targets& targets)
{
    const bool is_root = ::getuid() == 0;
    const bool is_local = std::ranges::all_of(
        targets, [](const Target& target) { return is_loopback(target.address); });
    if (options.needs_privilege && !is_root && !is_local)
        throw net::Error("floods, intervals below 0.002 s and preloads above 3 need root, except "
                         "on loopback (use sudo)");
}

} // namespace icmppinger
