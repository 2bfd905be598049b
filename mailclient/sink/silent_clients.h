// The clients that the sink waits for: at the limit of clients, the one silent for the longest time
// makes room for a new one.
#pragma once

#include <list>
#include <mutex>

#include "common/tcp_socket.h"

namespace mailsink {

class SilentClients {
public:
    /// Reads from a client, which is silent until then.
    std::size_t read(net::TcpStream& client, std::span<char> buffer, net::Deadline deadline);
    /// Ends the connection of the client that is silent for the longest time: its thread reads the
    /// end of the stream. False when no client is silent.
    [[nodiscard]] bool evict_longest();

private:
    std::mutex mutex_;
    std::list<net::TcpStream*> silent_{}; // the longest first
};

} // namespace mailsink
