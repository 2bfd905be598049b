// Which clients may use the proxy, and what they may reach through it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/address_block.h"

namespace proxy {

class AccessRules {
public:
    /// `allowed` are the blocks of clients ("192.0.2.0/24"); none: loopback and private addresses.
    /// `ports` are allowed for tunnels besides the usual ones. Throws net::Error.
    AccessRules(const std::vector<std::string>& allowed, const std::vector<std::string>& ports);

    [[nodiscard]] bool may_use(const net::Address& client) const;

    /// A client on another machine must not reach this machine's own services through the proxy,
    /// nor those of its link (a cloud's metadata service at 169.254.169.254). Check the address
    /// that is connected to, whatever its name.
    [[nodiscard]] static bool may_reach(const net::Address& client, const net::Address& target);

    /// Clients on this machine may tunnel to any port, others only to TLS ports and `ports`: a
    /// tunnel to port 25 would send mail in our name.
    [[nodiscard]] bool may_tunnel(const net::Address& client, std::uint16_t port) const;

    /// Plain requests of clients on other machines must not go to the ports that browsers block, of
    /// mail servers and the like: these might take a body's lines for commands.
    [[nodiscard]] static bool may_request(const net::Address& client, std::uint16_t port);

private:
    std::vector<net::AddressBlock> allowed_;
    std::vector<std::uint16_t> ports_ = {443, 563, 8443};
};

} // namespace proxy
