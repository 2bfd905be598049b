#include "common/ping/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace net {
namespace {

using std::chrono::microseconds;

// Buckets 0 to 2047 are one microsecond wide, the next 1024 two, the next 1024 four, and so on: a
// bucket above them is at most 1/1024 of its durations wide.
constexpr std::size_t per_octave = 1024;
constexpr int fine_bits = 11;

constexpr std::size_t most_exact = 1000;

/// The base-2 logarithm of the width of the bucket for `ticks` microseconds.
int doublings(std::uint64_t ticks)
{
    return std::max(0, static_cast<int>(std::bit_width(ticks)) - fine_bits);
}

std::size_t bucket_of(Histogram::Duration duration)
{
    const auto rounded = std::chrono::round<microseconds>(duration).count();
    const auto ticks = static_cast<std::uint64_t>(std::max<std::int64_t>(rounded, 0));
    const int shift = doublings(ticks);
    return (ticks >> shift) + static_cast<std::size_t>(shift) * per_octave;
}

} // namespace

void Histogram::add(Duration duration)
{
    duration = std::max(duration, Duration(0));
    const std::size_t index = bucket_of(duration);
    if (index >= buckets_.size()) buckets_.resize(index + 1);
    Bucket& bucket = buckets_[index];
    ++bucket.count;
    bucket.last = duration;
    if (count_ < most_exact) first_.push_back(duration);
    ++count_;
    shortest_ = std::min(shortest_, duration);
    longest_ = std::max(longest_, duration);
}

Histogram::Duration Histogram::quantile(double share) const
{
    if (count_ == 0) return {};
    const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    if (rank <= 1) return shortest_;
    if (rank >= count_) return longest_;
    if (count_ == first_.size()) {
        std::vector<Duration> durations = first_;
        const auto place = durations.begin() + static_cast<std::ptrdiff_t>(rank - 1);
        std::ranges::nth_element(durations, place);
        return *place;
    }
    std::size_t bucket = 0;
    for (std::uint64_t below = buckets_[0].count; below < rank; below += buckets_[bucket].count)
        ++bucket;
    return buckets_[bucket].last;
}

std::uint64_t Histogram::count_between(Duration from, Duration to) const
{
    std::uint64_t total = 0;
    const std::size_t end = std::min(bucket_of(to), buckets_.size());
    for (std::size_t bucket = bucket_of(from); bucket < end; ++bucket)
        total += buckets_[bucket].count;
    return total;
}

} // namespace net
