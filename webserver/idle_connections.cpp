#include "webserver/idle_connections.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <iostream>

#include "common/error.h"

namespace webserver {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr auto time_to_leave = 2s;
constexpr int most_at_once = 64;

void watch(const net::FileDescriptor& epoll, int descriptor, void* whom)
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = whom;
    if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, descriptor, &event) == -1)
        net::fail("wait for a connection");
}

/// Who said something; nullptr for the room itself, which is to close.
WaitingRoom::Guest* guest_of(const epoll_event& event)
{
    return static_cast<WaitingRoom::Guest*>(event.data.ptr);
}

} // namespace

WaitingRoom::WaitingRoom(milliseconds patience, Receive receive)
    : patience_(patience), receive_(std::move(receive)), epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      closing_(::eventfd(0, EFD_CLOEXEC))
{
    if (!epoll_ || !closing_) net::fail("make a waiting room");
    watch(epoll_, closing_.get(), nullptr);
    thread_ = std::thread([this] { run(); });
}

WaitingRoom::~WaitingRoom()
{
    close();
}

void WaitingRoom::admit(net::TcpStream client)
{
    const std::lock_guard lock(mutex_);
    if (is_closed_) return;
    const auto guest =
        guests_.insert(guests_.end(), {std::move(client), net::Deadline::Clock::now()});
    guest->place = guest;
    try {
        watch(epoll_, guest->stream.descriptor(), &*guest);
    } catch (const net::Error&) {
        guests_.erase(guest);
    }
}

net::TcpStream WaitingRoom::dismiss(Guest& guest)
{
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, guest.stream.descriptor(), nullptr);
    const std::lock_guard lock(mutex_);
    return std::move(guest.stream);
}

std::optional<WaitingRoom::Moment> WaitingRoom::longest_since()
{
    const std::lock_guard lock(mutex_);
    return guests_.empty() ? std::nullopt : std::optional(guests_.front().since);
}

bool WaitingRoom::shed_longest()
{
    const std::lock_guard lock(mutex_);
    if (guests_.empty()) return false;
    Guest& longest = guests_.front();
    longest.stream.shutdown(); // the room's thread sees it leave
    start_leaving(longest);
    return true;
}

void WaitingRoom::close()
{
    {
        const std::lock_guard lock(mutex_);
        is_closed_ = true;
    }
    const std::uint64_t one = 1;
    if (::write(closing_.get(), &one, sizeof one) == -1) return; // an eventfd always takes a one
    if (thread_.joinable()) thread_.join();
}

std::size_t WaitingRoom::count()
{
    const std::lock_guard lock(mutex_);
    return guests_.size();
}

void WaitingRoom::run()
{
    while (wait_and_receive()) {
    }
    for (auto left = count(); left > 0; --left)
        receive(put_longest_silent_last());
    const std::lock_guard lock(mutex_);
    guests_.clear();
    leaving_.clear();
}

/// False once the room is to close.
bool WaitingRoom::wait_and_receive()
{
    std::array<epoll_event, most_at_once> events{};
    const int count = ::epoll_wait(epoll_.get(), events.data(), most_at_once, poll_timeout());
    const auto now = net::Deadline::Clock::now();
    const std::span happened(events.data(), static_cast<std::size_t>(std::max(count, 0)));
    const std::size_t speaking = note_speaking(happened, now);
    for (const epoll_event& event : happened.first(speaking))
        receive(*guest_of(event));
    bool goes_on = true;
    for (const epoll_event& event : happened.subspan(speaking)) {
        if (Guest* leaving = guest_of(event); leaving != nullptr)
            see_off(*leaving);
        else
            goes_on = false;
    }
    // Only when there was room for more of them is it sure that who is not among them was silent.
    if (count >= 0 && count < most_at_once) send_away_the_silent(now);
    return goes_on;
}

void WaitingRoom::receive(Guest& guest)
{
    switch (ask_receiver(guest)) {
    case Next::wait: break;
    case Next::farewell: {
        guest.stream.shutdown_writing();
        const std::lock_guard lock(mutex_);
        if (!guest.is_leaving) start_leaving(guest);
        break;
    }
    case Next::gone: erase(guest); break;
    }
}

/// Puts those who are not leaving first, and notes that they have just said something. How many.
std::size_t WaitingRoom::note_speaking(std::span<epoll_event> happened, Moment now)
{
    const std::lock_guard lock(mutex_);
    const auto end = std::partition(happened.begin(), happened.end(), [](const auto& event) {
        const Guest* guest = guest_of(event);
        return guest != nullptr && !guest->is_leaving;
    });
    for (auto event = happened.begin(); event != end; ++event) {
        Guest& guest = *guest_of(*event);
        guest.since = now;
        guests_.splice(guests_.end(), guests_, guest.place);
    }
    return static_cast<std::size_t>(end - happened.begin());
}

WaitingRoom::Next WaitingRoom::ask_receiver(Guest& guest) noexcept
try {
    return receive_(*this, guest);
} catch (const net::Error&) {
    return Next::gone; // it has gone: its own affair
} catch (const std::exception& error) {
    std::cerr << "connection: " << error.what()
              << '\n'; // perhaps no memory: none is asked for here
    return Next::gone;
}

/// What a leaving guest still sends is read to nobody's use.
void WaitingRoom::see_off(Guest& guest)
try {
    std::array<char, 4096> ignored{};
    if (guest.stream.read_now(ignored) == std::size_t{0}) erase(guest);
} catch (const net::Error&) {
    erase(guest);
}

void WaitingRoom::erase(Guest& guest)
{
    const std::lock_guard lock(mutex_);
    (guest.is_leaving ? leaving_ : guests_).erase(guest.place);
}

void WaitingRoom::start_leaving(Guest& guest)
{
    guest.is_leaving = true;
    guest.since = net::Deadline::Clock::now();
    leaving_.splice(leaving_.end(), guests_, guest.place);
}

void WaitingRoom::send_away_the_silent(Moment now)
{
    const std::lock_guard lock(mutex_);
    while (!guests_.empty() && guests_.front().since <= now - patience_)
        guests_.pop_front();
    while (!leaving_.empty() && leaving_.front().since <= now - time_to_leave)
        leaving_.pop_front();
}

WaitingRoom::Guest& WaitingRoom::put_longest_silent_last()
{
    const std::lock_guard lock(mutex_);
    guests_.splice(guests_.end(), guests_, guests_.begin());
    return guests_.back();
}

/// Until somebody's time is up; who comes meanwhile has as long as that at least.
int WaitingRoom::poll_timeout()
{
    constexpr milliseconds longest = 24h;
    const auto now = net::Deadline::Clock::now();
    const std::lock_guard lock(mutex_);
    auto end = (guests_.empty() ? now : guests_.front().since) + patience_;
    if (!leaving_.empty()) end = std::min(end, leaving_.front().since + time_to_leave);
    return static_cast<int>(
        std::clamp(std::chrono::ceil<milliseconds>(end - now), 0ms, longest).count());
}

} // namespace webserver
