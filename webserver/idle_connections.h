// Idle keep-alive connections, watched by one epoll thread instead of a thread each.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <span>
#include <thread>

#include "common/file_descriptor.h"
#include "common/tcp_socket.h"
#include "webserver/conversation.h"

struct epoll_event; // epoll_wait(2)

namespace webserver {

/// An epoll(7) set and its thread. The thread itself receives input from a connection at once,
/// without a switch to another thread.
class IdleConnections {
public:
    using Moment = net::Deadline::Clock::time_point;

    /// An idle or lingering connection.
    struct Connection {
        net::TcpStream stream;
        Moment since;                            // addition, last input or start of the linger
        bool is_lingering = false;               // lingers until the client closes
        std::list<Connection>::iterator place{}; // in the list that holds it
    };
    /// Called by the epoll thread when a connection has input or its end of stream; must not block.
    /// The connection is kept for Needs::input, lingers for at most 2 s for Needs::linger, and is
    /// closed otherwise or when the call throws. Before Needs::thread, the call uses release().
    using Receive = std::function<Conversation::Needs(IdleConnections&, Connection&)>;

    /// A connection without input for `timeout` is closed.
    IdleConnections(std::chrono::milliseconds timeout, Receive receive);
    ~IdleConnections();
    IdleConnections(const IdleConnections&) = delete;
    IdleConnections& operator=(const IdleConnections&) = delete;

    /// Adds a connection, from any thread. After close(), or when the kernel is short of memory, it
    /// is closed instead.
    void add(net::TcpStream client);
    /// Takes a connection's stream out, to be served by a thread of its own. Only for `receive`.
    [[nodiscard]] net::TcpStream release(Connection& connection);
    /// Start of the longest idle time; nothing when no connection is idle.
    [[nodiscard]] std::optional<Moment> longest_idle_since();
    /// Closes the connection that has been idle for longest. False when there is none.
    bool evict_longest_idle();
    /// Calls `receive` once more for every connection, then closes all and joins the thread.
    void close();

    /// The number of idle connections, without the lingering ones.
    [[nodiscard]] std::size_t count();

private:
    using Connections = std::list<Connection>;

    void run();
    [[nodiscard]] bool wait_and_receive();
    void receive(Connection& connection);
    [[nodiscard]] std::size_t note_active(std::span<epoll_event> events, Moment now);
    [[nodiscard]] Conversation::Needs call_receiver(Connection& connection) noexcept;
    void linger(Connection& connection);
    void erase(Connection& connection);
    void start_lingering(Connection& connection);
    void evict_idle(Moment now);
    [[nodiscard]] Connection& put_longest_idle_last();
    [[nodiscard]] int poll_timeout();

    const std::chrono::milliseconds timeout_;
    const Receive receive_;
    net::FileDescriptor epoll_;
    net::FileDescriptor closing_; // an eventfd, readable once close() was called
    std::mutex mutex_;            // guards the lists, and a stream while it is moved away
    Connections connections_;     // the longest idle first
    Connections lingering_;       // the longest lingering first
    bool is_closed_ = false;
    std::thread thread_;
};

} // namespace webserver
