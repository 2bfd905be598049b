// The state of a client (idle, busy, in a tunnel, leaving, evicted), which other threads may read
// and end.
#pragma once

#include <atomic>
#include <optional>

#include "common/deadline.h"

namespace proxy {

class ClientState {
public:
    using Clock = net::Deadline::Clock;

    // Called by the client's thread; false when the client has been evicted.

    /// The client is between requests. Also false after end_soon().
    [[nodiscard]] bool become_idle()
    {
        return move_on_to(Clock::now().time_since_epoch().count()) && !is_to_end_;
    }
    /// The client has requested a tunnel, which may last for any time and is idle at first.
    void become_tunnel() { tunnel_idle_since_ = Clock::now().time_since_epoch().count(); }
    /// Bytes have moved in the tunnel: it is idle when none follow within a moment.
    void note_transfer()
    {
        tunnel_idle_since_ = (Clock::now() + longest_pause).time_since_epoch().count();
    }
    /// A request has arrived.
    [[nodiscard]] bool become_busy() { return move_on_to(busy); }
    /// The last response has been sent; only lingering is left (RFC 9112 §9.6).
    [[nodiscard]] bool become_lingering() { return move_on_to(lingering); }

    /// Clock ticks at the start of the idle time (leaving: 1); nothing when busy or evicted.
    [[nodiscard]] std::optional<Clock::rep> idle_since() const
    {
        const auto state = state_.load();
        return state == busy || state == evicted ? std::nullopt : std::optional(state);
    }
    [[nodiscard]] bool is_tunnel() const { return tunnel_idle_since_ != no_tunnel; }
    /// Clock ticks at the start of a tunnel's idle time; nothing when it is in use, or none.
    [[nodiscard]] std::optional<Clock::rep> tunnel_idle_since() const
    {
        const auto since = tunnel_idle_since_.load();
        const bool is_idle = is_tunnel() && since <= Clock::now().time_since_epoch().count();
        return is_idle ? std::optional(since) : std::nullopt;
    }
    /// By another thread: evicts an idle client; false when it is not idle any more.
    [[nodiscard]] bool evict()
    {
        auto state = state_.load();
        return state != busy && state != evicted && state_.compare_exchange_strong(state, evicted);
    }

    /// By another thread: the client ends after its current response. True when its connection can
    /// be ended at once.
    [[nodiscard]] bool end_soon()
    {
        is_to_end_ = true;
        return is_tunnel() || evict();
    }

private:
    static constexpr Clock::rep busy = 0;
    static constexpr Clock::rep lingering = 1;
    static constexpr Clock::rep evicted = -1;
    static constexpr Clock::rep no_tunnel = -1;
    static constexpr auto longest_pause = std::chrono::milliseconds(100); // within a transfer

    bool move_on_to(Clock::rep next)
    {
        auto state = state_.load();
        return state != evicted && state_.compare_exchange_strong(state, next);
    }

    std::atomic<bool> is_to_end_ = false;
    std::atomic<Clock::rep> tunnel_idle_since_ = no_tunnel;
    std::atomic<Clock::rep> state_ = Clock::now().time_since_epoch().count();
};

} // namespace proxy
