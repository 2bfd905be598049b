// Whether a client is in the middle of something, as seen from outside its thread.
#pragma once

#include <atomic>
#include <optional>

#include "common/deadline.h"

namespace proxy {

class Presence {
public:
    using Clock = net::Deadline::Clock;

    // By its thread; all are false when it was sent away meanwhile.

    /// It has nothing to say for now.
    [[nodiscard]] bool become_idle()
    {
        return move_on_to(Clock::now().time_since_epoch().count()) && !is_to_end_;
    }
    /// It has asked for a tunnel, which has no end of its own.
    void become_endless() { is_endless_ = true; }
    [[nodiscard]] bool is_endless() const { return is_endless_; }
    /// It has asked for something.
    [[nodiscard]] bool become_busy() { return move_on_to(busy); }
    /// It has said its last, and is only waited for out of politeness.
    [[nodiscard]] bool become_leaving() { return move_on_to(leaving); }

    /// The longer it has been idle, the smaller; nothing when it is not.
    [[nodiscard]] std::optional<Clock::rep> idle_since() const
    {
        const auto state = state_.load();
        return state == busy || state == sent_away ? std::nullopt : std::optional(state);
    }
    /// By another thread: false when it is not idle any more.
    [[nodiscard]] bool send_away()
    {
        auto state = state_.load();
        return state != busy && state != sent_away &&
               state_.compare_exchange_strong(state, sent_away);
    }

    /// By another thread: it will not become idle any more, but end. True when it can be told to at
    /// once.
    [[nodiscard]] bool end_soon()
    {
        is_to_end_ = true;
        return is_endless_ || send_away();
    }

private:
    static constexpr Clock::rep busy = 0;
    static constexpr Clock::rep leaving = 1;
    static constexpr Clock::rep sent_away = -1;

    bool move_on_to(Clock::rep next)
    {
        auto state = state_.load();
        return state != sent_away && state_.compare_exchange_strong(state, next);
    }

    std::atomic<bool> is_to_end_ = false;
    std::atomic<bool> is_endless_ = false;
    std::atomic<Clock::rep> state_ = Clock::now().time_since_epoch().count();
};

} // namespace proxy
