#include "common/text/decimal.h"

#include <array>
#include <charconv>
#include <string_view>

namespace net {
namespace {

// A double has at most 309 digits before the point and, in its shortest form, 324 behind it.
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

std::string size_text(std::uint64_t bytes)
{
    constexpr std::uint64_t step = 1000;
    constexpr auto units = std::to_array<std::string_view>({" kB", " MB", " GB", " TB"});
    if (bytes < step) return std::to_string(bytes) + " B";
    std::uint64_t tenths = bytes / (step / 10);
    std::size_t unit = 0;
    for (; tenths >= step * 10 && unit + 1 < units.size(); ++unit)
        tenths /= step;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) +
           std::string(units.at(unit));
}

} // namespace net
