#include "webserver/progress.h"

#include <array>
#include <string_view>

namespace webserver {

std::string size_text(std::uint64_t bytes)
{
    constexpr std::uint64_t thousand = 1000;
    constexpr std::array<std::string_view, 4> units = {" kB", " MB", " GB", " TB"};
    if (bytes < thousand) return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
    std::size_t unit = 0;
    std::uint64_t divisor = thousand;
    while (unit + 1 < units.size() && bytes / divisor >= thousand) {
        divisor *= thousand;
        ++unit;
    }
    return std::to_string(bytes / divisor) + "." +
           std::to_string(bytes % divisor / (divisor / 10)) + std::string(units[unit]);
}

std::string progress_text(std::uint64_t done, std::optional<std::uint64_t> total)
{
    if (!total || *total == 0) return size_text(done);
    constexpr double hundred = 100;
    const auto percent =
        static_cast<int>(hundred * static_cast<double>(done) / static_cast<double>(*total));
    return size_text(done) + " of " + size_text(*total) + " (" + std::to_string(percent) + " %)";
}

void Progress::update(std::uint64_t done, std::optional<std::uint64_t> total)
{
    const auto now = Clock::now();
    if (now < next_) return;
    next_ = now + interval_;
    show_(progress_text(done, total));
}

} // namespace webserver
