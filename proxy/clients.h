// The clients served at a time: a bounded number, each by its own thread.
#pragma once

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <string>

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
    /// one, else the longest idle tunnel. Only those of its own address, if that has half of the
    /// places already; else, at last, also a busy one of an address that has more than half.
    /// Without any, the new client gets 503. A client that may not use the proxy gets 403.
    void admit(net::TcpStream client);

private:
    struct Connection {
        explicit Connection(std::string address) : host(std::move(address)) {}

        const std::string host;           // the client's address
        net::TcpStream* stream = nullptr; // while it is served
        ClientState client_state{};
    };
    class Registration;
    using List = std::list<std::shared_ptr<Connection>>;

    [[nodiscard]] bool has_room_for(const std::string& host);
    [[nodiscard]] std::size_t count(const std::string& host) const;
    using IdleSince = std::optional<ClientState::Clock::rep> (ClientState::*)() const;
    [[nodiscard]] List::iterator find_longest(const std::string& host, IdleSince since);
    [[nodiscard]] bool evict_longest_idle(const std::string& host);
    [[nodiscard]] bool evict_half_closed(const std::string& host);
    [[nodiscard]] bool evict_idle_tunnel(const std::string& host);
    [[nodiscard]] bool evict_of_most();
    void end(List::iterator connection);
    void add(const std::shared_ptr<Connection>& connection);
    void remove(const std::shared_ptr<Connection>& connection);
    [[nodiscard]] bool start(net::TcpStream& client, const std::string& host);
    void serve(net::TcpStream& stream, const std::shared_ptr<Connection>& connection);

    const Service& service_;
    const std::size_t most_;
    std::mutex mutex_; // guards the list and the connections' streams
    List served_;      // without evicted ones, the newest last
    std::condition_variable one_left_;
    net::Connections connections_; // destroyed first
};

} // namespace proxy
