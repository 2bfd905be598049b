#include "udppinger/server/repeats.h"

#include <algorithm>
#include <functional>

namespace udppinger {
namespace {

constexpr std::size_t remembered = 65536; // a power of 2

std::uint64_t hash_of(const net::Address& from, std::string_view bytes)
{
    const std::hash<std::string_view> hash;
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15; // spreads the bits of one of both
    const std::string_view address(reinterpret_cast<const char*>(from.data()), from.size());
    return hash(address) * odd + hash(bytes);
}

} // namespace

bool RateLimit::admits(Time now, std::uint64_t per_second)
{
    if (per_second == 0) return true;
    const auto most = static_cast<double>(per_second);
    const double seconds = std::chrono::duration<double>(now - last_).count();
    tokens_ = std::min(most, tokens_ + seconds * most); // full at the first call
    last_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
}

RecentDatagrams::RecentDatagrams() : hashes_(remembered) {}

/// Of several datagrams with one index that take turns, only a random replacement leaves one in its
/// place for long enough.
bool RecentDatagrams::contains(const net::Address& from, std::string_view bytes)
{
    const std::uint64_t hash = hash_of(from, bytes);
    std::uint64_t& place = hashes_[hash % remembered];
    if (place == hash) return true;
    constexpr double half = 50;
    if (place == 0 || random_.happens(half)) place = hash;
    return false;
}

RepeatDecision RepeatLimit::decide(Time now, std::chrono::nanoseconds pause)
{
    constexpr std::uint64_t most = 20; // a second
    const bool is_refusing = last_refused_ && now - *last_refused_ < pause;
    if (!is_refusing && rate_.admits(now, most)) return RepeatDecision::admit;
    last_refused_ = now;
    return is_refusing ? RepeatDecision::refuse : RepeatDecision::refuse_first;
}

} // namespace udppinger
