// Decides at random how a bad network treats each datagram; a seed repeats the decisions.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "udppinger/random.h"

namespace udppinger {

using namespace std::chrono_literals;

/// How bad the network is; probabilities in percent of the datagrams.
struct Impairment {
    double loss = 30; // about as in the lab's server
    double duplicate = 0;
    double reorder = 0;
    double corrupt = 0;
    std::chrono::microseconds delay{0};
    std::chrono::microseconds jitter{0}; // each delay varies by up to so much, up and down
    std::uint64_t seed = 0;
};

/// What happens to one datagram.
struct Fate {
    bool lost = false;
    bool held = false; // until the next one has overtaken it
    std::chrono::nanoseconds delay{};
    std::optional<std::chrono::nanoseconds> again{}; // a second copy, with that delay
    std::optional<std::uint64_t> corrupt{};          // damaged byte's index, modulo the size
};

/// Draws a fate for each datagram. Each kind of impairment has its own random sequence, so that the
/// same datagrams are lost whether or not some others are delayed.
class FateSource {
public:
    explicit FateSource(const Impairment& impairment);

    [[nodiscard]] Fate next();

private:
    [[nodiscard]] std::chrono::nanoseconds next_delay();

    Impairment impairment_;
    Random loss_;
    Random duplicate_;
    Random reorder_;
    Random corrupt_;
    Random jitter_;
};

} // namespace udppinger
