// How often each duration occurred, in buckets so fine that any percentile can be read off while
// the memory stays the same however many are counted.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace net {

class Histogram {
public:
    using Duration = std::chrono::nanoseconds;

    /// Counts one duration; a negative one counts as zero.
    void add(Duration duration);

    [[nodiscard]] std::uint64_t count() const { return count_; }

    /// The shortest duration that at least the `share` (0 to 1) of those counted do not exceed
    /// (nearest rank): exact to the microsecond up to 2 ms, above that to 0.05 %; the shortest and
    /// the longest of all are exact. Zero when nothing was counted.
    [[nodiscard]] Duration quantile(double share) const;

    /// How many were counted from `from` up to and without `to`, by their buckets.
    [[nodiscard]] std::uint64_t count_between(Duration from, Duration to) const;

private:
    std::vector<std::uint64_t> buckets_; // as far as the longest one needs
    std::uint64_t count_ = 0;
    Duration shortest_ = Duration::max();
    Duration longest_{};
};

} // namespace net
