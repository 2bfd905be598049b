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
using Needs = Conversation::Needs;

constexpr auto linger_timeout = 2s;
constexpr int max_events = 64;

void watch(const net::FileDescriptor& epoll, int descriptor, void* data)
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = data;
    if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, descriptor, &event) == -1)
        net::fail("watch a connection for input");
}

/// The event's connection; nullptr for closing_.
IdleConnections::Connection* connection_of(const epoll_event& event)
{
    return static_cast<IdleConnections::Connection*>(event.data.ptr);
}

} // namespace

IdleConnections::IdleConnections(milliseconds timeout, Receive receive)
    : timeout_(timeout), receive_(std::move(receive)), epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      closing_(::eventfd(0, EFD_CLOEXEC))
{
    if (!epoll_ || !closing_) net::fail("watch idle connections");
    watch(epoll_, closing_.get(), nullptr);
    thread_ = std::thread([this] { run(); });
}

IdleConnections::~IdleConnections()
{
    close();
}

void IdleConnections::add(net::TcpStream client)
{
    const std::lock_guard lock(mutex_);
    if (is_closed_) return;
    const auto connection =
        connections_.insert(connections_.end(), {std::move(client), net::Deadline::Clock::now()});
    connection->place = connection;
    try {
        watch(epoll_, connection->stream.descriptor(), &*connection);
    } catch (const net::Error&) {
        connections_.erase(connection);
    }
}

net::TcpStream IdleConnections::release(Connection& connection)
{
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, connection.stream.descriptor(), nullptr);
    const std::lock_guard lock(mutex_);
    return std::move(connection.stream);
}

std::optional<IdleConnections::Moment> IdleConnections::longest_idle_since()
{
    const std::lock_guard lock(mutex_);
    return connections_.empty() ? std::nullopt : std::optional(connections_.front().since);
}

bool IdleConnections::evict_longest_idle()
{
    const std::lock_guard lock(mutex_);
    if (connections_.empty()) return false;
    Connection& longest = connections_.front();
    longest.stream.shutdown(); // the epoll thread reads the end of stream and erases it
    start_lingering(longest);
    return true;
}

void IdleConnections::close()
{
    {
        const std::lock_guard lock(mutex_);
        is_closed_ = true;
    }
    const std::uint64_t one = 1;
    if (::write(closing_.get(), &one, sizeof one) == -1) return; // unlikely: an eventfd accepts a 1
    if (thread_.joinable()) thread_.join();
}

std::size_t IdleConnections::count()
{
    const std::lock_guard lock(mutex_);
    return connections_.size();
}

void IdleConnections::run()
{
    while (wait_and_receive()) {
    }
    for (auto left = count(); left > 0; --left)
        receive(put_longest_idle_last());
    const std::lock_guard lock(mutex_);
    connections_.clear();
    lingering_.clear();
}

/// False once close() was called.
bool IdleConnections::wait_and_receive()
{
    std::array<epoll_event, max_events> buffer{};
    const int count = ::epoll_wait(epoll_.get(), buffer.data(), max_events, poll_timeout());
    const auto now = net::Deadline::Clock::now();
    const std::span events(buffer.data(), static_cast<std::size_t>(std::max(count, 0)));
    const std::size_t active = note_active(events, now);
    for (const epoll_event& event : events.first(active))
        receive(*connection_of(event));
    bool is_open = true;
    for (const epoll_event& event : events.subspan(active)) {
        if (Connection* lingering = connection_of(event); lingering != nullptr)
            linger(*lingering);
        else
            is_open = false;
    }
    // A full array may lack active connections, so idle ones are evicted only after a partial one.
    if (count >= 0 && count < max_events) evict_idle(now);
    return is_open;
}

void IdleConnections::receive(Connection& connection)
{
    switch (call_receiver(connection)) {
    case Needs::input: break;
    case Needs::linger: {
        connection.stream.shutdown_writing();
        const std::lock_guard lock(mutex_);
        if (!connection.is_lingering) start_lingering(connection);
        break;
    }
    case Needs::thread:
    case Needs::close: erase(connection); break;
    }
}

/// Moves the events of idle connections to the front and updates their `since`. Their number.
std::size_t IdleConnections::note_active(std::span<epoll_event> events, Moment now)
{
    const std::lock_guard lock(mutex_);
    const auto end = std::partition(events.begin(), events.end(), [](const auto& event) {
        const Connection* connection = connection_of(event);
        return connection != nullptr && !connection->is_lingering;
    });
    for (auto event = events.begin(); event != end; ++event) {
        Connection& connection = *connection_of(*event);
        connection.since = now;
        connections_.splice(connections_.end(), connections_, connection.place);
    }
    return static_cast<std::size_t>(end - events.begin());
}

Conversation::Needs IdleConnections::call_receiver(Connection& connection) noexcept
try {
    return receive_(*this, connection);
} catch (const net::Error&) {
    return Needs::close; // a broken connection is not reported
} catch (const std::exception& error) {
    std::cerr << "connection: " << error.what()
              << '\n'; // without allocation: it may be std::bad_alloc
    return Needs::close;
}

/// Reads and discards a lingering client's input (RFC 9112 §9.6).
void IdleConnections::linger(Connection& connection)
try {
    std::array<char, 4096> ignored{};
    if (connection.stream.read_now(ignored) == std::size_t{0}) erase(connection);
} catch (const net::Error&) {
    erase(connection);
}

void IdleConnections::erase(Connection& connection)
{
    const std::lock_guard lock(mutex_);
    (connection.is_lingering ? lingering_ : connections_).erase(connection.place);
}

void IdleConnections::start_lingering(Connection& connection)
{
    connection.is_lingering = true;
    connection.since = net::Deadline::Clock::now();
    lingering_.splice(lingering_.end(), connections_, connection.place);
}

void IdleConnections::evict_idle(Moment now)
{
    const std::lock_guard lock(mutex_);
    while (!connections_.empty() && connections_.front().since <= now - timeout_)
        connections_.pop_front();
    while (!lingering_.empty() && lingering_.front().since <= now - linger_timeout)
        lingering_.pop_front();
}

IdleConnections::Connection& IdleConnections::put_longest_idle_last()
{
    const std::lock_guard lock(mutex_);
    connections_.splice(connections_.end(), connections_, connections_.begin());
    return connections_.back();
}

/// Milliseconds until the next time-out. A connection added meanwhile times out no earlier.
int IdleConnections::poll_timeout()
{
    constexpr milliseconds longest = 24h;
    const auto now = net::Deadline::Clock::now();
    const std::lock_guard lock(mutex_);
    auto end = (connections_.empty() ? now : connections_.front().since) + timeout_;
    if (!lingering_.empty()) end = std::min(end, lingering_.front().since + linger_timeout);
    return static_cast<int>(
        std::clamp(std::chrono::ceil<milliseconds>(end - now), 0ms, longest).count());
}

} // namespace webserver
