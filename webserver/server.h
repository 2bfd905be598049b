// Who serves whom: every client waits in a waiting room while it has nothing to say, is answered
// there when that can be done at once, and gets a thread of its own for whatever takes time.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "common/connections.h"
#include "webserver/conversation.h"
#include "webserver/idle_connections.h"

namespace webserver {

class Reception {
public:
    /// At most `most_clients` at a time, in waiting rooms for `workers` threads.
    Reception(const Service& service, std::size_t most_clients, std::size_t workers);
    /// Answers what has arrived, lets answers under way finish within a grace period, and ends.
    ~Reception();
    Reception(const Reception&) = delete;
    Reception& operator=(const Reception&) = delete;

    /// Takes a new client in. When there are too many, the one that has been silent for longest
    /// makes room; when all are busy, it is told 503.
    void welcome(net::TcpStream client);

private:
    [[nodiscard]] WaitingRoom::Next receive(WaitingRoom& room, WaitingRoom::Guest& guest,
                                            FileCache& cache, std::vector<char>& buffer);
    [[nodiscard]] std::size_t count();
    [[nodiscard]] bool shed_longest_idle();

    const Service service_;
    const std::size_t most_clients_;
    std::vector<std::unique_ptr<WaitingRoom>> rooms_;
    net::Connections busy_;
    std::size_t next_room_ = 0;
};

} // namespace webserver
