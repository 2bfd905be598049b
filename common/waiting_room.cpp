#include "common/waiting_room.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <iostream>

#include "common/error.h"

namespace net {
namespace {

void watch(const FileDescriptor& epoll, int descriptor, void* whom)
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = whom;
    if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, descriptor, &event) == -1)
        fail("wait for a connection");
}

} // namespace

WaitingRoom::WaitingRoom(std::chrono::milliseconds patience, Receive receive)
    : patience_(patience), receive_(std::move(receive)), epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      closing_(::eventfd(0, EFD_CLOEXEC))
{
    if (!epoll_ || !closing_) fail("make a waiting room");
    watch(epoll_, closing_.get(), nullptr);
    thread_ = std::thread([this] { run(); });
}

WaitingRoom::~WaitingRoom()
{
    close();
}

void WaitingRoom::admit(TcpStream client)
{
    const std::lock_guard lock(mutex_);
    if (is_closed_) return;
    const auto guest = guests_.insert(guests_.end(), {std::move(client), Deadline::Clock::now()});
    guest->place = guest;
    try {
        watch(epoll_, guest->stream.descriptor(), &*guest);
    } catch (const Error&) {
        guests_.erase(guest); // the kernel is short of memory
    }
}

TcpStream WaitingRoom::dismiss(Guest& guest)
{
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, guest.stream.descriptor(), nullptr);
    const std::lock_guard lock(mutex_);
    return std::move(guest.stream);
}

bool WaitingRoom::shed_longest_idle()
{
    const std::lock_guard lock(mutex_);
    if (guests_.empty()) return false;
    guests_.front().stream.shutdown(); // the room's thread sees it leave
    return true;
}

void WaitingRoom::close()
{
    {
        const std::lock_guard lock(mutex_);
        is_closed_ = true;
    }
    const std::uint64_t one = 1;
    if (::write(closing_.get(), &one, sizeof one) == -1) fail("close a waiting room");
    if (thread_.joinable()) thread_.join();
}

std::size_t WaitingRoom::count()
{
    const std::lock_guard lock(mutex_);
    return guests_.size();
}

void WaitingRoom::run()
{
    while (wait_and_receive())
        send_away_the_silent();
    for (auto left = count(); left > 0; --left)
        receive(longest_silent()); // then it is the last
    const std::lock_guard lock(mutex_);
    guests_.clear();
}

WaitingRoom::Guest& WaitingRoom::longest_silent()
{
    const std::lock_guard lock(mutex_);
    return guests_.front();
}

/// False once the room is to close.
bool WaitingRoom::wait_and_receive()
{
    constexpr int most_at_once = 64;
    std::array<epoll_event, most_at_once> events{};
    const int count = ::epoll_wait(epoll_.get(), events.data(), most_at_once, poll_timeout());
    bool goes_on = true;
    for (int i = 0; i < count; ++i) {
        auto* guest = static_cast<Guest*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (guest == nullptr)
            goes_on = false;
        else
            receive(*guest);
    }
    return goes_on;
}

void WaitingRoom::receive(Guest& guest)
{
    note_speaking(guest);
    bool stays = false;
    try {
        stays = receive_(*this, guest);
    } catch (const Error&) {
        stays = false; // it has gone: its own affair
    } catch (const std::exception& error) {
        std::cerr << "connection from " + guest.stream.peer().text() + ": " + error.what() + "\n";
    }
    if (stays) return;
    const std::lock_guard lock(mutex_);
    guests_.erase(guest.place);
}

/// Now it is the one that has been silent for the shortest time.
void WaitingRoom::note_speaking(Guest& guest)
{
    const std::lock_guard lock(mutex_);
    guest.since = Deadline::Clock::now();
    guests_.splice(guests_.end(), guests_, guest.place);
}

void WaitingRoom::send_away_the_silent()
{
    const auto longest = Deadline::Clock::now() - patience_;
    const std::lock_guard lock(mutex_);
    while (!guests_.empty() && guests_.front().since <= longest)
        guests_.pop_front();
}

/// Until the longest silent guest has been silent for too long.
int WaitingRoom::poll_timeout()
{
    using std::chrono::milliseconds;
    constexpr milliseconds longest = std::chrono::hours(24);
    const auto now = Deadline::Clock::now();
    const std::lock_guard lock(mutex_);
    const auto since = guests_.empty() ? now : guests_.front().since; // one may come meanwhile
    const auto left = since + patience_ - now;
    return static_cast<int>(
        std::clamp(std::chrono::ceil<milliseconds>(left), milliseconds(0), longest).count());
}

} // namespace net
