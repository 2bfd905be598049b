#include "proxy/tunnel.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <vector>

#include "proxy/message/send_progress.h"

namespace proxy {
namespace {

constexpr std::size_t tunnel_buffer_size = std::size_t{64} * 1024;

/// One direction: reads when there is room, writes when the other side accepts bytes. It never
/// blocks: with both directions full, that would be a deadlock.
class Direction {
public:
    Direction(TunnelEnd from, net::TcpStream& to)
        : from_(from.stream), to_(to), buffer_(std::max(tunnel_buffer_size, from.early.size())),
          end_(from.early.size())
    {
        std::ranges::copy(from.early, buffer_.begin());
    }

    [[nodiscard]] bool wants_to_read() const { return !has_ended_ && end_ < buffer_.size(); }
    [[nodiscard]] bool wants_to_write() const { return begin_ < end_; }
    [[nodiscard]] bool is_over() const { return has_ended_ && !wants_to_write(); }
    [[nodiscard]] std::uint64_t relayed() const { return relayed_; }

    void read()
    {
        const auto count = from_.read_now(std::span(buffer_).subspan(end_));
        if (!count) return;
        end_ += *count;
        has_ended_ = *count == 0;
        write();
        if (is_over()) to_.shutdown_writing();
    }

    void write()
    {
        const auto count = to_.write_now({buffer_.data() + begin_, end_ - begin_});
        relayed_ += count;
        begin_ += count;
        if (begin_ < end_) return;
        begin_ = end_ = 0;
        if (has_ended_) to_.shutdown_writing();
    }

private:
    net::TcpStream& from_;
    net::TcpStream& to_;
    std::vector<char> buffer_; // unsent bytes: buffer_[begin_, end_)
    std::size_t begin_ = 0;
    std::size_t end_;
    bool has_ended_ = false;
    std::uint64_t relayed_ = 0;
};

/// The poll entry of a connection from which `from` reads and to which `to` writes. Without events,
/// poll still reports a broken connection. When `to` is over as well, the descriptor is -1, which
/// poll ignores: then the connection may end.
pollfd poll_entry(const net::TcpStream& stream, const Direction& from, const Direction& to)
{
    const int events = (from.wants_to_read() ? POLLIN : 0) | (to.wants_to_write() ? POLLOUT : 0);
    const bool is_done = events == 0 && to.is_over();
    return {is_done ? -1 : stream.descriptor(), static_cast<short>(events), 0};
}

/// False after `idle` without an event.
bool wait(std::span<pollfd> sides, std::chrono::milliseconds idle)
{
    const auto deadline = net::Deadline::in(idle);
    for (;;) {
        const int ready = ::poll(sides.data(), sides.size(), deadline.poll_timeout());
        if (ready >= 0) return ready > 0;
        if (errno != EINTR) net::fail("wait for a tunnel's data");
    }
}

void transfer(const pollfd& side, Direction& from, Direction& to)
{
    constexpr int failed = POLLERR | POLLHUP | POLLNVAL; // the read or write reports the error
    if (side.events == 0 && (side.revents & failed) != 0)
        throw net::Error("one side of the tunnel has closed");
    if ((side.revents & (POLLIN | failed)) != 0 && from.wants_to_read()) from.read();
    if ((side.revents & (POLLOUT | failed)) != 0 && to.wants_to_write()) to.write();
}

} // namespace

TunnelTraffic run_tunnel(TunnelEnd client, TunnelEnd server, std::chrono::milliseconds idle,
                         const std::function<void()>& on_transfer)
{
    Direction up(client, server.stream);
    Direction down(server, client.stream);
    const auto traffic = [&] { return TunnelTraffic{up.relayed(), down.relayed()}; };
    constexpr SendProgress unknown(std::numeric_limits<std::size_t>::max());
    SendProgress progress = unknown; // of acknowledgements, while nothing is read or written
    try {
        while (!up.is_over() || !down.is_over()) {
            std::array<pollfd, 2> sides = {poll_entry(client.stream, up, down),
                                           poll_entry(server.stream, down, up)};
            if (!wait(sides, idle)) {
                const std::size_t unacknowledged =
                    client.stream.unacknowledged() + server.stream.unacknowledged();
                if (unacknowledged == 0 || !progress.has_advanced(unacknowledged)) break;
                continue;
            }
            progress = unknown;
            transfer(sides[0], up, down);
            transfer(sides[1], down, up);
            on_transfer();
        }
    } catch (const net::Error&) {
        client.stream.end_with_reset();
        server.stream.end_with_reset();
    }
    return traffic();
}

} // namespace proxy
