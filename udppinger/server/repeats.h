// Recognizes two echo servers that send each other the same datagrams for ever (CVE-2024-2169).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "common/address.h"
#include "udppinger/random.h"

namespace udppinger {

/// A token bucket that limits the average events per second. It holds one second's worth, so nearly
/// twice as many may pass in the first second.
class RateLimit {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// Whether one more event may pass at `per_second`; 0: no limit.
    [[nodiscard]] bool admits(Time now, std::uint64_t per_second);

private:
    Time last_{};
    double tokens_ = 0;
};

/// Remembers hashes of about the last 65,536 different datagrams.
class RecentDatagrams {
public:
    RecentDatagrams();

    /// Whether the same bytes came from the same address and port before; remembers them.
    [[nodiscard]] bool contains(const net::Address& from, std::string_view bytes);

private:
    std::vector<std::uint64_t> hashes_; // each at the index of its low bits
    Random random_{0};
};

/// What happens to a datagram that its sender has sent before. Pings differ in their numbers, so
/// only loops and senders of constant bytes meet this limit: 20 repeated datagrams a second.
enum class RepeatDecision {
    admit,
    refuse_first, // the first of a series
    refuse,
};

/// The limit of one sender. Once it has refused a datagram, it refuses all until none has come for
/// the length of a pause: a loop has ended by then.
class RepeatLimit {
public:
    using Time = RateLimit::Time;

    [[nodiscard]] RepeatDecision decide(Time now, std::chrono::nanoseconds pause);

private:
    RateLimit rate_;
    std::optional<Time> last_refused_;
};

} // namespace udppinger
