// Connections on which nothing happens wait here together, at no cost of a thread each.
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

struct epoll_event; // epoll_wait(2)

namespace webserver {

/// An epoll(7) set with the one thread that waits for it. Whoever has something to say is received
/// by that thread at once, without a switch to another one.
class WaitingRoom {
public:
    using Moment = net::Deadline::Clock::time_point;

    /// A connection that waits.
    struct Guest {
        net::TcpStream stream;
        Moment since;                       // when it last had something to say
        bool is_leaving = false;            // only its own end is waited for
        std::list<Guest>::iterator place{}; // in the room's list
    };
    /// What becomes of a guest that has been received.
    enum class Next {
        wait,     // it stays
        farewell, // all is said: it reads our end of stream and has a moment to leave, so that what
                  // it was sent last is not lost to a reset (RFC 9112 §9.6)
        gone,     // it has left, or was dismissed; what is left of it is closed
    };
    /// Called by the room's thread when a guest has sent something or has left; must not wait for
    /// it. When it throws, the guest is gone.
    using Receive = std::function<Next(WaitingRoom&, Guest&)>;

    /// A guest that says nothing for as long as `patience` is sent away.
    WaitingRoom(std::chrono::milliseconds patience, Receive receive);
    ~WaitingRoom();
    WaitingRoom(const WaitingRoom&) = delete;
    WaitingRoom& operator=(const WaitingRoom&) = delete;

    /// Takes a connection in, from any thread. After close(), or when the kernel is short of
    /// memory, it is closed instead.
    void admit(net::TcpStream client);
    /// Takes a guest out, to be served elsewhere; for `receive`, which then returns gone.
    [[nodiscard]] net::TcpStream dismiss(Guest& guest);
    /// Since when the guest has waited that has waited for longest; nothing when there is none.
    [[nodiscard]] std::optional<Moment> longest_since();
    /// Sends that guest away. False when there is none.
    bool shed_longest();
    /// Receives once more whoever has something to say, then sends all away and ends the thread.
    void close();

    /// How many wait; who is leaving no longer counts.
    [[nodiscard]] std::size_t count();

private:
    using Guests = std::list<Guest>;

    void run();
    [[nodiscard]] bool wait_and_receive();
    void receive(Guest& guest);
    [[nodiscard]] std::size_t note_speaking(std::span<epoll_event> happened, Moment now);
    [[nodiscard]] Next ask_receiver(Guest& guest) noexcept;
    void see_off(Guest& guest);
    void erase(Guest& guest);
    void start_leaving(Guest& guest);
    void send_away_the_silent(Moment now);
    [[nodiscard]] Guest& put_longest_silent_last();
    [[nodiscard]] int poll_timeout();

    const std::chrono::milliseconds patience_;
    const Receive receive_;
    net::FileDescriptor epoll_;
    net::FileDescriptor closing_; // an eventfd, readable once close() was called
    std::mutex mutex_;            // guards the lists, and a guest's stream when it is moved away
    Guests guests_;               // the longest silent first
    Guests leaving_;              // who began to leave first is first
    bool is_closed_ = false;
    std::thread thread_;
};

} // namespace webserver
