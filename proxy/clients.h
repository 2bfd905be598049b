// Who is served at a time: a bounded number, each by a thread of its own.
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
    /// At most `most` at a time, as far as the system's limits let it.
    Clients(const Service& service, std::size_t most);
    /// Lets answers under way finish within a grace period; then no origin is waited for any more.
    ~Clients();
    Clients(const Clients&) = delete;
    Clients& operator=(const Clients&) = delete;

    /// Serves a new client. For one too many the longest idle one makes room; when none is idle, it
    /// is told 503, and who may not use the proxy 403.
    void welcome(net::TcpStream client);

private:
    struct Guest {
        net::TcpStream* stream = nullptr; // while it is served
        Presence presence{};
    };
    class Visit;

    [[nodiscard]] std::size_t count();
    [[nodiscard]] bool shed_longest_idle();
    [[nodiscard]] bool shed_half_gone();
    void arrive(const std::shared_ptr<Guest>& guest);
    void leave(const std::shared_ptr<Guest>& guest);
    [[nodiscard]] bool start(net::TcpStream& client);
    void serve(net::TcpStream& stream, const std::shared_ptr<Guest>& guest);

    const Service& service_;
    const std::size_t most_;
    std::mutex mutex_;                         // guards the list and the guests' streams
    std::list<std::shared_ptr<Guest>> guests_; // who was not sent away
    std::condition_variable one_left_;
    net::Connections connections_; // ends first
};

} // namespace proxy
