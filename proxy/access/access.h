// Who may use the proxy, and what he may reach through it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/address_block.h"

namespace proxy {

class AccessRules {
public:
    /// `allowed` are the blocks of clients ("192.0.2.0/24"); none: loopback and private addresses.
    /// `ports` are those that tunnels may lead to besides the usual ones. Throws net::Error.
    AccessRules(const std::vector<std::string>& allowed, const std::vector<std::string>& ports);

    [[nodiscard]] bool may_use(const net::Address& client) const;

    /// Who is not on this machine must not reach its own services through the proxy, nor those of
    /// its link (a cloud's metadata service at 169.254.169.254). To be asked of the address that is
    /// connected to, whatever name led there.
    [[nodiscard]] static bool may_reach(const net::Address& client, const net::Address& target);

    /// Clients on this machine may tunnel to any port, others to those of TLS: through a tunnel to
    /// port 25 they would send mail in our name.
    [[nodiscard]] bool may_tunnel(const net::Address& client, std::uint16_t port) const;

private:
    std::vector<net::AddressBlock> allowed_;
    std::vector<std::uint16_t> ports_ = {443, 563, 8443};
};

} // namespace proxy
