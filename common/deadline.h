// The moment by which the whole of an operation must be through: made once, passed down, never
// restarted.
#pragma once

#include <algorithm>
#include <chrono>

namespace net {

class Deadline {
public:
    using Clock = std::chrono::steady_clock;

    /// That much from now.
    [[nodiscard]] static Deadline in(Clock::duration patience)
    {
        const auto now = Clock::now();
        return Deadline(patience < Clock::time_point::max() - now ? now + patience
                                                                  : Clock::time_point::max());
    }
    [[nodiscard]] static Deadline at(Clock::time_point moment) { return Deadline(moment); }
    [[nodiscard]] static Deadline never() { return Deadline(Clock::time_point::max()); }

    [[nodiscard]] bool is_never() const { return moment_ == Clock::time_point::max(); }
    [[nodiscard]] bool passed() const { return !is_never() && Clock::now() >= moment_; }

    /// The time that is left; zero once it has passed.
    [[nodiscard]] Clock::duration remaining() const
    {
        return is_never() ? Clock::duration::max()
                          : std::max(moment_ - Clock::now(), Clock::duration::zero());
    }

    [[nodiscard]] static Deadline earlier(Deadline a, Deadline b)
    {
        return a.moment_ < b.moment_ ? a : b;
    }

    /// The time that is left as poll(2) has it, rounded up; -1 is for ever.
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
