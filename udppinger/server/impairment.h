// Emulates a bad network: decides at random what happens to each datagram. A seed repeats the
// decisions.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "udppinger/random.h"

namespace udppinger {

using namespace std::chrono_literals;

/// The faults of the network; probabilities in percent of the datagrams.
struct Impairment {
    double loss = 30; // about as in the lab's server
    double duplicate = 0;
    double reorder = 0;
    double corrupt = 0;
    std::chrono::microseconds delay{0};
    std::chrono::microseconds jitter{0}; // each delay varies by up to this, up and down
    std::uint64_t seed = 0;
};

/// What the network does to one datagram.
struct DatagramEffects {
    bool lost = false;
    bool held = false; // until the next one has overtaken it
    std::chrono::nanoseconds delay{};
    std::optional<std::chrono::nanoseconds> duplicate_delay{}; // a second copy, with that delay
    std::optional<std::uint64_t> corrupt_byte{}; // index of the damaged byte, modulo the size
};

/// Draws the effects for each datagram at random. Each kind of impairment has its own random
/// sequence, so that the same datagrams are lost whether or not some others are delayed.
class NetworkEmulator {
public:
    explicit NetworkEmulator(const Impairment& impairment);

    [[nodiscard]] DatagramEffects next();

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
