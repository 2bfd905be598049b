// The moment by which a whole operation must end: made once, passed down, never restarted.
#pragma once

#include <algorithm>
#include <chrono>

namespace net {

class Deadline {
public:
    using Clock = std::chrono::steady_clock;

    /// The deadline `timeout` from now.
    [[nodiscard]] static Deadline in(Clock::duration timeout)
    {
        const auto now = Clock::now();
        return Deadline(timeout < Clock::time_point::max() - now ? now + timeout
                                                                 : Clock::time_point::max());
    }
    [[nodiscard]] static Deadline at(Clock::time_point moment) { return Deadline(moment); }
    [[nodiscard]] static Deadline never() { return Deadline(Clock::time_point::max()); }

    [[nodiscard]] bool is_never() const { return moment_ == Clock::time_point::max(); }
    [[nodiscard]] bool passed() const { return !is_never() && Clock::now() >= moment_; }

    /// The remaining time; zero once the deadline has passed.
    [[nodiscard]] Clock::duration remaining() const
    {
        return is_never() ? Clock::duration::max()
                          : std::max(moment_ - Clock::now(), Clock::duration::zero());
    }

    [[nodiscard]] static Deadline earlier(Deadline a, Deadline b)
    {
        return a.moment_ < b.moment_ ? a : b;
    }

    /// The remaining time for poll(2): milliseconds, rounded up, at most 24 hours; -1 means no
    /// limit.
    [[nodiscard]] int poll_timeout() const
    {
        using std::chrono::milliseconds;
        constexpr Clock::duration longest = std::chrono::hours(24);
        if (is_never()) return -1;
        return static_cast<int>(
            std::chrono::ceil<milliseconds>(std::min(remaining(), longest)).count());
    }

    friend bool operator==(const Deadline&, const Deadline&) = default;

private:
    explicit Deadline(Clock::time_point moment) : moment_(moment) {}

    Clock::time_point moment_;
};

} // namespace net
