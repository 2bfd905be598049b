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
    /// (nearest rank): exact for up to 1000 durations. For more it is one of those counted that
    /// differs by at most a microsecond up to 2 ms, by 0.1 % above; the shortest and the longest
    /// are always exact. Zero when nothing was counted.
    [[nodiscard]] Duration quantile(double share) const;

    /// The count of durations in [from, to), to the precision of the buckets.
    [[nodiscard]] std::uint64_t count_between(Duration from, Duration to) const;

private:
    struct Bucket {
        std::uint64_t count = 0;
        Duration last{}; // the last duration that was counted here
    };
    std::vector<Bucket> buckets_; // up to the longest duration's
    std::vector<Duration> first_; // the first 1000 durations
    std::uint64_t count_ = 0;
    Duration shortest_ = Duration::max();
    Duration longest_{};
};

} // namespace net
