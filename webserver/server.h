// Accepts clients. Idle ones wait in epoll sets, whose threads answer requests that do not block;
// a request that may block gets a thread of its own.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "common/connections.h"
#include "webserver/conversation.h"
#include "webserver/idle_connections.h"

namespace webserver {

class Server {
public:
    /// Serves at most `most_clients` at a time, with `workers` epoll threads.
    Server(const Service& service, std::size_t most_clients, std::size_t workers);
    /// Answers pending requests, then lets responses in progress finish within 10 s.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Admits a new client. At the limit, the connection that has been idle for longest is evicted;
    /// when none is idle, the new client gets a 503.
    void admit(net::TcpStream client);

private:
    [[nodiscard]] IdleConnections::Next receive(IdleConnections& idle,
                                                IdleConnections::Connection& connection,
                                                FileCache& cache, std::vector<char>& buffer);
    [[nodiscard]] std::size_t count();
    [[nodiscard]] bool evict_longest_idle();

    const Service service_;
    const std::size_t most_clients_;
    std::vector<std::unique_ptr<IdleConnections>> idle_sets_;
    net::Connections busy_;
    std::size_t next_set_ = 0;
};

} // namespace webserver
