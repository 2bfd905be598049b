#include "common/ping/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace net {
namespace {

using std::chrono::microseconds;

// Buckets 0 to 2047 are one microsecond wide, the next 1024 two, the next 1024 four, and so on: a
// bucket above them is at most 1/1024 of its durations wide.
constexpr std::size_t fine = 2048;
constexpr std::size_t per_octave = 1024;
constexpr int fine_bits = 11;

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

/// The middle of a bucket's range.
Histogram::Duration duration_of(std::size_t bucket)
{
    if (bucket < fine) return microseconds(bucket);
    const std::size_t shift = bucket / per_octave - 1;
    const std::uint64_t lowest = static_cast<std::uint64_t>(bucket - shift * per_octave) << shift;
    return microseconds(lowest + (std::uint64_t{1} << shift) / 2);
}

} // namespace

void Histogram::add(Duration duration)
{
    const std::size_t bucket = bucket_of(duration);
    if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
    ++buckets_[bucket];
    ++count_;
    shortest_ = std::min(shortest_, std::max(duration, Duration(0)));
    longest_ = std::max(longest_, duration);
}

Histogram::Duration Histogram::quantile(double share) const
{
    if (count_ == 0) return {};
    const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    if (rank <= 1) return shortest_;
    if (rank >= count_) return longest_;
    std::size_t bucket = 0;
    for (std::uint64_t below = buckets_[0]; below < rank; below += buckets_[bucket])
        ++bucket;
    return std::clamp(duration_of(bucket), shortest_, longest_);
}

std::uint64_t Histogram::count_between(Duration from, Duration to) const
{
    std::uint64_t total = 0;
    const std::size_t end = std::min(bucket_of(to), buckets_.size());
    for (std::size_t bucket = bucket_of(from); bucket < end; ++bucket)
        total += buckets_[bucket];
    return total;
}

} // namespace net
