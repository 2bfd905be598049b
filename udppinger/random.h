// Random numbers that a seed repeats exactly, on every machine and compiler.
#pragma once

#include <cstdint>
#include <random>

namespace udppinger {

/// A sequence of random numbers. The standard fixes every number of std::mt19937_64, but its
/// distributions differ from library to library, so none of them is used.
class Random {
public:
    explicit Random(std::uint64_t seed) : generator_(seed) {}

    /// From 0 up to, but not including, 1.
    [[nodiscard]] double fraction()
    {
        constexpr double unit = 0x1p-53; // a double holds 53 bits exactly
        return static_cast<double>(generator_() >> 11) * unit;
    }
    /// True with that probability. Each call draws one number, unless `percent` is 0.
    [[nodiscard]] bool happens(double percent) { return percent > 0 && fraction() < percent / 100; }
    /// From 0 to `count` - 1.
    [[nodiscard]] std::uint64_t below(std::uint64_t count) { return generator_() % count; }

private:
    std::mt19937_64 generator_;
};

/// A random seed, short enough to type again.
[[nodiscard]] inline std::uint64_t random_seed()
{
    return std::random_device()() % 1'000'000;
}

} // namespace udppinger
