#include "common/decimal.h"

#include <array>
#include <charconv>

namespace net {
namespace {

// A double has at most 309 digits before the point and, the shortest way, 324 behind it.
using Text = std::array<char, 700>;

} // namespace

std::string decimal(double number)
{
    Text text{};
    const auto [end, status] =
        std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    return {text.data(), end};
}

std::string decimal(double number, int digits)
{
    Text text{};
    const auto [end, status] = std::to_chars(text.data(), text.data() + text.size(), number,
                                             std::chars_format::fixed, digits);
    return {text.data(), end};
}

} // namespace net
