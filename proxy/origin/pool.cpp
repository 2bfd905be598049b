#include "proxy/origin/pool.h"

#include <algorithm>
#include <array>

namespace proxy {
namespace {

constexpr std::size_t receive_buffer_size = std::size_t{32} * 1024; // also the largest body piece

/// Neither closed nor with unrequested bytes (RFC 9112 §9.3, §9.5).
bool is_usable(OriginConnection& connection)
try {
    std::array<char, 1> unrequested{};
    return connection.reader.buffered().empty() && !connection.stream.read_now(unrequested);
} catch (const net::Error&) {
    return false;
}

} // namespace

void OpenConnections::add(net::TcpStream& stream)
{
    const std::lock_guard lock(mutex_);
    streams_.insert(&stream);
    if (is_over_) stream.shutdown();
}

void OpenConnections::remove(net::TcpStream& stream)
{
    const std::lock_guard lock(mutex_);
    streams_.erase(&stream);
}

void OpenConnections::shut_down_all()
{
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    for (net::TcpStream* stream : streams_)
        stream->shutdown();
}

OriginConnection::OriginConnection(net::TcpStream connected, std::string name,
                                   OpenConnections& open)
    : stream(std::move(connected)), reader(stream, {}, receive_buffer_size),
      origin(std::move(name)), open_(open)
{
    open_.add(stream);
}

OriginConnection::~OriginConnection()
{
    open_.remove(stream);
}

std::unique_ptr<OriginConnection> Pool::acquire(const std::string& origin,
                                                const AddressFilter& may_use)
{
    while (auto connection = acquire_newest(origin, may_use))
        if (is_usable(*connection)) return connection;
    return nullptr;
}

std::unique_ptr<OriginConnection> Pool::acquire_newest(const std::string& origin,
                                                       const AddressFilter& may_use)
{
    List closed; // destroyed after the unlock
    const std::lock_guard lock(mutex_);
    closed = remove_surplus();
    const auto found = std::ranges::find_if(idle_, [&](const auto& each) {
        return each->origin == origin && may_use(each->stream.peer());
    });
    if (found == idle_.end()) return nullptr;
    auto connection = std::move(*found);
    idle_.erase(found);
    return connection;
}

void Pool::keep(std::unique_ptr<OriginConnection> connection)
{
    connection->idle_since = net::Deadline::Clock::now();
    List closed; // destroyed after the unlock
    const std::lock_guard lock(mutex_);
    idle_.push_front(std::move(connection));
    closed = remove_surplus();
}

/// Removes connections above the limit or idle for too long; the caller holds the lock.
Pool::List Pool::remove_surplus()
{
    List surplus;
    const auto oldest = net::Deadline::Clock::now() - longest_idle_;
    while (!idle_.empty() && (idle_.size() > most_ || idle_.back()->idle_since < oldest))
        surplus.splice(surplus.end(), idle_, std::prev(idle_.end()));
    return surplus;
}

} // namespace proxy
