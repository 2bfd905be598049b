// Chance that a seed repeats exactly, on every machine and compiler.
#pragma once

#include <cstdint>
#include <random>

namespace udppinger {

/// A sequence of numbers from 0 up to and without 1. The standard fixes every number of
/// std::mt19937_64, while its distributions differ from library to library: so none of them here.
class Chance {
public:
    explicit Chance(std::uint64_t seed) : generator_(seed) {}

    [[nodiscard]] double fraction()
    {
        constexpr double unit = 0x1p-53; // as many bits as a double holds exactly
        return static_cast<double>(generator_() >> 11) * unit;
    }
    /// True with that probability; unless it is 0, each call takes one number.
    [[nodiscard]] bool happens(double percent) { return percent > 0 && fraction() < percent / 100; }
    /// From 0 up to and without `count`.
    [[nodiscard]] std::uint64_t below(std::uint64_t count) { return generator_() % count; }

private:
    std::mt19937_64 generator_;
};

/// A seed that nobody chose, short enough to be typed again.
[[nodiscard]] inline std::uint64_t any_seed()
{
    return std::random_device()() % 1'000'000;
}

} // namespace udppinger
