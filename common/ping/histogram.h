// Counts durations in buckets fine enough for any percentile. Memory use does not depend on how
// many are counted.
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
    /// (nearest rank): exact to the microsecond up to 2 ms, to 0.05 % above. The shortest and the
    /// longest are exact. Zero when nothing was counted.
    [[nodiscard]] Duration quantile(double share) const;

    /// The count of durations in [from, to), to the precision of the buckets.
    [[nodiscard]] std::uint64_t count_between(Duration from, Duration to) const;

private:
    std::vector<std::uint64_t> buckets_; // up to the longest duration's
    std::uint64_t count_ = 0;
    Duration shortest_ = Duration::max();
    Duration longest_{};
};

} // namespace net
