// Accepts clients. Idle ones wait in epoll sets, whose threads answer requests that do not block;
// a request that may block gets a thread of its own.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "common/connections.h"
#include "webserver/conversation.h"
#include "webserver/idle_connections.h"

namespace webserver {

class Server {
public:
    /// Serves at most `most_clients` at a time, with `workers` epoll threads.
    Server(const Service& service, std::size_t most_clients, std::size_t workers);
    /// Answers pending requests, then lets responses in progress finish within 8 s.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Admits a new client. At the limit, the connection that has been idle for longest is evicted;
    /// when none is idle, one whose client has taken no data for longest, of at least 5 s; when
    /// there is none, the new client gets a 503.
    void admit(net::TcpStream client);

private:
    /// An epoll thread, with what it needs to answer.
    struct Worker {
        Worker(Server& server, std::uint64_t cache_size);

        FileCache cache;
        std::vector<char> buffer = std::vector<char>(input_size);
        IdleConnections idle;
    };
    static constexpr std::size_t input_size = std::size_t{16} * 1024; // a dozen pipelined requests

    [[nodiscard]] Conversation::Needs receive(Worker& worker,
                                              IdleConnections::Connection& connection);
    [[nodiscard]] std::size_t count();
    [[nodiscard]] bool evict_longest_idle();

    const Service service_;
    const std::size_t most_clients_;
    std::deque<Worker> workers_;
    net::Connections busy_;
    std::size_t next_worker_ = 0;
};

} // namespace webserver
