// One thread per connection, up to a limit, with a graceful shutdown.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "common/tcp_socket.h"

namespace net {

/// Raises the limit on open descriptors (RLIMIT_NOFILE) as far as `connections` need it and the
/// system allows. Returns how many connections the limit is enough for, at least one.
std::size_t raise_descriptor_limit(std::size_t connections);

/// Schedules the calling thread, and threads it starts later, as batch work (SCHED_BATCH): fewer
/// preemptions, later wake-ups. On a busy machine that gives a quarter more responses.
void schedule_as_batch();

class Connections {
public:
    /// At most `most` connections at a time. On destruction those that are sending a response have
    /// `grace` to finish it.
    Connections(std::size_t most, std::chrono::milliseconds grace);

    /// Stops reading on all connections: a thread that waits for a request ends at once, a thread
    /// that sends a response ends after it. Connections left after the grace period are cut off.
    /// Returns when all threads have ended.
    ~Connections();
    Connections(const Connections&) = delete;
    Connections& operator=(const Connections&) = delete;

    /// Serves one connection; true if it stays open and goes to `Keep`.
    using Serve = std::function<bool(TcpStream&)>;
    /// Takes ownership of a connection that stays open.
    using Keep = std::function<void(TcpStream)>;

    /// Runs `serve` on `client` in a thread of its own. Then calls `keep` if `serve` returned true,
    /// else closes the connection. An exception from `serve` ends only that connection. False, with
    /// `client` untouched, at the limit or when the system gives no more threads.
    [[nodiscard]] bool start(TcpStream& client, Serve serve, Keep keep = {});

    /// The number of running connections.
    [[nodiscard]] std::size_t count();

    /// Cuts off the connection whose client has taken nothing for longest, of those that have taken
    /// nothing for at least `least`; its thread ends soon. False when there is none.
    bool cut_off_longest_stalled(std::chrono::milliseconds least);

private:
    struct Connection {
        TcpStream stream;
        std::thread thread;
        bool is_cut_off = false;
    };
    using List = std::list<Connection>;

    void run(List::iterator connection, const Serve& serve, const Keep& keep) noexcept;
    TcpStream leave(List::iterator connection);
    void join_finished();

    const std::size_t most_;
    const std::chrono::milliseconds grace_;
    std::mutex mutex_; // guards the lists
    std::condition_variable one_finished_;
    List running_;
    List finished_;
};

} // namespace net
