#include "proxy/pool.h"

#include <algorithm>
#include <array>

namespace proxy {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t buffer_size = std::size_t{32} * 1024; // bodies come in pieces of that
constexpr auto longest_idle = 30s;                          // most origins close after 5 to 75 s

/// Neither ended nor with bytes that nobody asked for (RFC 9112 §9.3, §9.5).
bool is_usable(OriginConnection& connection)
try {
    std::array<char, 1> unasked{};
    return connection.reader.buffered().empty() && !connection.stream.read_now(unasked);
} catch (const net::Error&) {
    return false;
}

} // namespace

OriginConnection::OriginConnection(net::TcpStream connected, std::string name)
    : stream(std::move(connected)), reader(stream, {}, buffer_size), origin(std::move(name))
{
}

std::unique_ptr<OriginConnection> Pool::take(const std::string& origin, const Judge& may_use)
{
    while (auto connection = take_newest(origin, may_use))
        if (is_usable(*connection)) return connection;
    return nullptr;
}

std::unique_ptr<OriginConnection> Pool::take_newest(const std::string& origin, const Judge& may_use)
{
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(idle_, [&](const auto& each) {
        return each->origin == origin && may_use(each->stream.peer());
    });
    if (found == idle_.end()) return nullptr;
    auto connection = std::move(*found);
    idle_.erase(found);
    connection->is_reused = true;
    return connection;
}

void Pool::keep(std::unique_ptr<OriginConnection> connection)
{
    const auto now = net::Deadline::Clock::now();
    connection->idle_since = now;
    std::list<std::unique_ptr<OriginConnection>> closed; // without the lock
    const std::lock_guard lock(mutex_);
    idle_.push_front(std::move(connection));
    while (!idle_.empty() &&
           (idle_.size() > most_ || idle_.back()->idle_since < now - longest_idle))
        closed.splice(closed.end(), idle_, std::prev(idle_.end()));
}

} // namespace proxy
