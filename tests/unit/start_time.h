// A time for code that gets the present time as an argument.
#pragma once

#include <chrono>

inline constexpr std::chrono::steady_clock::time_point start{std::chrono::seconds(1000)};
