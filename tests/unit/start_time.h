// The time at which a case starts, for what is told the time by its caller.
#pragma once

#include <chrono>

inline constexpr std::chrono::steady_clock::time_point start{std::chrono::seconds(1000)};
