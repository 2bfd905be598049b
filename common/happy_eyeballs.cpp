#include "common/happy_eyeballs.h"

#include <netinet/tcp.h>
#include <poll.h>

#include <algorithm>
#include <optional>

#include "common/socket.h"

namespace net {
namespace {

using namespace std::chrono_literals;

constexpr auto attempt_delay = 250ms;     // RFC 8305 §5
constexpr std::size_t most_attempts = 16; // at a time: a name may have any number of addresses

/// The attempts in progress, and the reasons of those that failed.
class Attempts {
public:
    void start(const Address& peer)
    try {
        next_start_ = Deadline::in(attempt_delay);
        ConnectedSocket attempt{open_socket(peer.family(), SOCK_STREAM), peer};
        set_blocking(attempt.socket, false);
        set_option(attempt.socket, IPPROTO_TCP, TCP_NODELAY, 1); // send each write at once
        if (::connect(attempt.socket.get(), peer.data(), peer.size()) == -1 && errno != EINPROGRESS)
            return note_failure(peer, errno);
        in_progress_.push_back(std::move(attempt));
    } catch (const Error& error) {
        note_failure(peer, error.cause());
    }

    /// Waits for an attempt to end; nothing when it failed, or none has ended.
    std::optional<ConnectedSocket> wait(Deadline deadline)
    {
        std::vector<pollfd> waiting;
        for (const ConnectedSocket& attempt : in_progress_)
            waiting.push_back({attempt.socket.get(), POLLOUT, 0});
        if (::poll(waiting.data(), waiting.size(), deadline.poll_timeout()) < 1)
            return std::nullopt;
        const auto ended =
            std::ranges::find_if(waiting, [](const auto& each) { return each.revents != 0; });
        return take(static_cast<std::size_t>(ended - waiting.begin()));
    }

    [[nodiscard]] bool none_in_progress() const { return in_progress_.empty(); }
    [[nodiscard]] Deadline next_start() const
    {
        return in_progress_.size() < most_attempts ? next_start_ : Deadline::never();
    }
    [[nodiscard]] Error failure(const std::string& attempt) const
    {
        return Error(attempt + ": " + reasons_, cause_);
    }

private:
    std::optional<ConnectedSocket> take(std::size_t index)
    {
        ConnectedSocket ended = std::move(in_progress_[index]);
        in_progress_.erase(in_progress_.begin() + static_cast<std::ptrdiff_t>(index));
        int cause = 0;
        socklen_t size = sizeof cause;
        ::getsockopt(ended.socket.get(), SOL_SOCKET, SO_ERROR, &cause, &size);
        if (cause != 0) {
            note_failure(ended.peer, cause);
            return std::nullopt;
        }
        set_blocking(ended.socket, true);
        return ended;
    }

    void note_failure(const Address& peer, int cause)
    {
        next_start_ = Deadline::in({}); // at once
        reasons_ += (reasons_.empty() ? "" : "; ") + peer.host() + ": " + reason(cause);
        cause_ = cause;
    }

    std::vector<ConnectedSocket> in_progress_;
    Deadline next_start_ = Deadline::in({});
    std::string reasons_;
    int cause_ = 0; // of the last failure
};

} // namespace

std::vector<Address> interleaved(std::span<const Address> addresses)
{
    std::vector<Address> order(addresses.begin(), addresses.end());
    for (auto next = order.begin(); next != order.end() && next + 1 != order.end(); ++next) {
        const auto other = std::find_if(next + 1, order.end(), [&next](const Address& each) {
            return each.family() != next->family();
        });
        if (other != order.end()) std::rotate(next + 1, other, other + 1);
    }
    return order;
}

ConnectedSocket connect_to_any(std::span<const Address> addresses, const std::string& name,
                               Deadline deadline)
{
    const std::string attempt = "connect to " + name;
    const std::vector<Address> order = interleaved(addresses);
    Attempts attempts;
    for (auto next = order.begin(); next != order.end() || !attempts.none_in_progress();) {
        if (next != order.end() && attempts.next_start().passed()) attempts.start(*next++);
        const bool is_last = next == order.end();
        if (auto connected = attempts.wait(
                is_last ? deadline : Deadline::earlier(deadline, attempts.next_start())))
            return std::move(*connected);
        if (deadline.passed()) throw Timeout(attempt);
    }
    throw attempts.failure(attempt);
}

} // namespace net
