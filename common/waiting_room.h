// Connections on which nothing happens wait here together, at no cost of a thread each.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "common/file_descriptor.h"
#include "common/socket.h"

namespace net {

/// An epoll(7) set with the one thread that waits for it. Whoever has something to say is received
/// by that thread at once, without a switch to another one.
class WaitingRoom {
public:
    /// A connection that waits.
    struct Guest {
        TcpStream stream;
        Deadline::Clock::time_point since;  // when it last had something to say
        std::list<Guest>::iterator place{}; // in the room's list
    };
    /// Called by the room's thread when a guest has sent something or has left; must not wait for
    /// the guest. True: it waits on. False: it has been dealt with; what is left of it is closed.
    using Receive = std::function<bool(WaitingRoom&, Guest&)>;

    /// A guest that says nothing for as long as `patience` is sent away.
    WaitingRoom(std::chrono::milliseconds patience, Receive receive);
    ~WaitingRoom();
    WaitingRoom(const WaitingRoom&) = delete;
    WaitingRoom& operator=(const WaitingRoom&) = delete;

    /// Takes a connection in, from any thread. After close() it is closed instead.
    void admit(TcpStream client);
    /// Takes a guest out, to be served elsewhere; for `receive`, which then returns false.
    [[nodiscard]] TcpStream dismiss(Guest& guest);
    /// Sends away the guest that has said nothing for longest. False when there is none.
    bool shed_longest_idle();
    /// Receives once more whoever has something to say, then sends all away and ends the thread.
    void close();

    [[nodiscard]] std::size_t count();

private:
    using Guests = std::list<Guest>;

    void run();
    [[nodiscard]] bool wait_and_receive();
    [[nodiscard]] Guest& longest_silent();
    void receive(Guest& guest);
    void note_speaking(Guest& guest);
    void send_away_the_silent();
    [[nodiscard]] int poll_timeout();

    const std::chrono::milliseconds patience_;
    const Receive receive_;
    FileDescriptor epoll_;
    FileDescriptor closing_; // an eventfd, readable once close() was called
    std::mutex mutex_;       // guards the list, and a guest's stream when it is moved away
    Guests guests_;          // the longest silent first
    bool is_closed_ = false;
    std::thread thread_;
};

} // namespace net
