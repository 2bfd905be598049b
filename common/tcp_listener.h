// TCP sockets that clients connect to.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/address.h"
#include "common/file_descriptor.h"
#include "common/tcp_socket.h"

namespace net {

/// Sockets of one port, of one or more addresses.
class TcpListener {
public:
    /// Listens on `port` (0: the kernel chooses, the same for all addresses) of every address of
    /// these names, or of every address of both families (is_everywhere; so without names). Of
    /// several addresses of a name, those that this machine does not have are left out if it has
    /// one. The Error names the address and, for a port below 1024, the privilege that is missing.
    TcpListener(std::uint16_t port, std::span<const std::string> names);
    explicit TcpListener(std::uint16_t port, const std::string& name = {})
        : TcpListener(port, std::span(&name, 1))
    {
    }

    /// Waits for the next client; nullopt once a stop was requested (interruption(), signals.h).
    /// Out of descriptors or memory, it tries again every 10 ms.
    [[nodiscard]] std::optional<TcpStream> accept();

    /// The first address it listens on, with the port that the kernel chose.
    [[nodiscard]] Address local() const { return local_address(sockets_.front().get()); }

private:
    void listen_on_name(const std::string& name, std::uint16_t port);

    std::vector<FileDescriptor> sockets_;
    std::size_t next_ = 0; // the socket that accepts next if several can
};

} // namespace net
