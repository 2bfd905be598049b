#include "proxy/access/access.h"

#include <algorithm>
#include <array>

#include "common/text/number.h"

namespace proxy {
namespace {

/// The Fetch standard's "bad ports" (fetch.spec.whatwg.org, "port blocking").
constexpr auto blocked_ports = std::to_array<std::uint16_t>(
    {0,    1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,   25,
     37,   42,   43,   53,   69,   77,   79,   87,   95,   101,  102,  103,  104,  109,
     110,  111,  113,  115,  117,  119,  123,  135,  137,  139,  143,  161,  179,  389,
     427,  465,  512,  513,  514,  515,  526,  530,  531,  532,  540,  548,  554,  556,
     563,  587,  601,  636,  989,  990,  993,  995,  1719, 1720, 1723, 2049, 3659, 4045,
     4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080});

std::uint16_t parse_port(const std::string& text)
{
    const auto port = net::parse_number<std::uint16_t>(text).value_or(0);
    if (port == 0)
        throw net::Error("--connect-port '" + text + "' is not a number from 1 to 65535");
    return port;
}

net::AddressBlock parse_block(const std::string& text)
try {
    return net::AddressBlock(text);
} catch (const net::Error& error) {
    throw net::Error(std::string("--allow ") + error.what());
}

} // namespace

AccessRules::AccessRules(const std::vector<std::string>& allowed,
                         const std::vector<std::string>& ports)
{
    for (const std::string& block : allowed)
        allowed_.push_back(parse_block(block));
    if (allowed.empty())
        for (const char* block : {"127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12",
                                  "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"})
            allowed_.emplace_back(block);
    for (const std::string& port : ports)
        ports_.push_back(parse_port(port));
}

bool AccessRules::may_use(const net::Address& client) const
{
    return std::ranges::any_of(
        allowed_, [&](const net::AddressBlock& block) { return block.contains(client); });
}

bool AccessRules::may_reach(const net::Address& client, const net::Address& target)
{
    // Forms of IPv4 addresses that no site has: a local translator's, IPv4-compatible, Teredo.
    static const std::array disguises = {net::AddressBlock("64:ff9b:1::/48"),
                                         net::AddressBlock("::/96"),
                                         net::AddressBlock("2001::/32")};
    if (net::leads_to_loopback(client)) return true;
    const net::Address reached = net::behind_translation(target);
    return !net::leads_to_loopback(reached) && !net::is_link_local(reached) &&
           std::ranges::none_of(disguises,
                                [&](const auto& block) { return block.contains(target); });
}

bool AccessRules::may_tunnel(const net::Address& client, std::uint16_t port) const
{
    return net::leads_to_loopback(client) || std::ranges::find(ports_, port) != ports_.end();
}

bool AccessRules::may_request(const net::Address& client, std::uint16_t port)
{
    return net::leads_to_loopback(client) || !std::ranges::binary_search(blocked_ports, port);
}

} // namespace proxy
