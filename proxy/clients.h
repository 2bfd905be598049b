// The clients served at a time: a bounded number, each by its own thread.
#pragma once

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>

#include "common/connections.h"
#include "proxy/client_state.h"
#include "proxy/exchange/service.h"

namespace proxy {

class Clients {
public:
    /// At most `most` at a time, or fewer if the limit on descriptors allows no more.
    Clients(const Service& service, std::size_t most);
    /// Lets responses under way finish within a grace period; then ends the connections to origins.
    ~Clients();
    Clients(const Clients&) = delete;
    Clients& operator=(const Clients&) = delete;

    /// Serves a new client. At the limit, the longest idle client is evicted, else a half-closed
    /// one; without either, the new one gets 503. A client that may not use the proxy gets 403.
    void admit(net::TcpStream client);

private:
    struct Connection {
        net::TcpStream* stream = nullptr; // while it is served
        ClientState client_state{};
    };
    class Registration;

    [[nodiscard]] std::size_t count();
    [[nodiscard]] bool evict_longest_idle();
    [[nodiscard]] bool evict_half_closed();
    void add(const std::shared_ptr<Connection>& connection);
    void remove(const std::shared_ptr<Connection>& connection);
    [[nodiscard]] bool start(net::TcpStream& client);
    void serve(net::TcpStream& stream, const std::shared_ptr<Connection>& connection);

    const Service& service_;
    const std::size_t most_;
    std::mutex mutex_;                              // guards the list and the connections' streams
    std::list<std::shared_ptr<Connection>> served_; // without evicted ones
    std::condition_variable one_left_;
    net::Connections connections_; // destroyed first
};

} // namespace proxy
