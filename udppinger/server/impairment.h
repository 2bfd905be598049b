// What an unlucky network does to each datagram, decided by chance that a seed repeats.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "udppinger/random.h"

namespace udppinger {

using namespace std::chrono_literals;

/// How bad the network is; chances in percent of the datagrams.
struct Impairment {
    double loss = 30; // about the lab server's share
    double duplicate = 0;
    double reorder = 0;
    double corrupt = 0;
    std::chrono::microseconds delay{0};
    std::chrono::microseconds jitter{0}; // each delay is by so much shorter to so much longer
    std::uint64_t seed = 0;
};

/// What happens to one datagram.
struct Fate {
    bool lost = false;
    bool held = false; // until the next one has overtaken it
    std::chrono::nanoseconds delay{};
    std::optional<std::chrono::nanoseconds> again{}; // a second copy, with that delay
    std::optional<std::uint64_t> corrupt{};          // the byte with that number, modulo its size
};

/// Draws fate after fate. Each kind of bad luck has a sequence of its own, so that the same
/// datagrams are lost whether or not some others are delayed.
class FateSource {
public:
    explicit FateSource(const Impairment& impairment);

    [[nodiscard]] Fate next();

private:
    [[nodiscard]] std::chrono::nanoseconds next_delay();

    Impairment impairment_;
    Chance loss_;
    Chance duplicate_;
    Chance reorder_;
    Chance corrupt_;
    Chance jitter_;
};

} // namespace udppinger
