// One thread a connection, bounded in number, ended gracefully.
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

/// Raises the limit on open descriptors as far as so many connections need it and the system lets
/// us: how many of them it is enough for, at least one.
std::size_t raise_descriptor_limit(std::size_t connections);

/// For a thread that does much in a row and is in no hurry to be woken, and those it starts from
/// now on: on a busy machine that makes for a quarter more answers.
void schedule_as_batch();

class Connections {
public:
    /// At most `most` at a time. When they are to end, those in the middle of an answer have
    /// `grace` to finish it.
    Connections(std::size_t most, std::chrono::milliseconds grace);

    /// Ends them: nothing more is read from the clients, so that who waits for a request ends at
    /// once and who is answering ends after the answer, or is cut off when the grace period is
    /// over.
    ~Connections();
    Connections(const Connections&) = delete;
    Connections& operator=(const Connections&) = delete;

    /// True: the connection goes on elsewhere.
    using Serve = std::function<bool(TcpStream&)>;
    /// Takes over a connection that goes on.
    using Keep = std::function<void(TcpStream)>;

    /// Runs `serve` on `client` in a thread of its own, then `keep` if it goes on, else closes it.
    /// An exception from `serve` ends that connection alone. False, with `client` untouched, when
    /// there are as many as may be or the system gives no more threads.
    [[nodiscard]] bool start(TcpStream& client, Serve serve, Keep keep = {});

    /// How many there are.
    [[nodiscard]] std::size_t count();

private:
    struct Connection {
        TcpStream stream;
        std::thread thread;
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
