#include "webserver/fetch/progress.h"

#include "common/text/decimal.h"

namespace webserver {

std::string progress_text(std::uint64_t done, std::optional<std::uint64_t> total)
{
    if (!total || *total == 0) return net::size_text(done);
    constexpr double hundred = 100;
    const auto percent =
        static_cast<int>(hundred * static_cast<double>(done) / static_cast<double>(*total));
    return net::size_text(done) + " of " + net::size_text(*total) + " (" + std::to_string(percent) +
           " %)";
}

void Progress::update(std::uint64_t done, std::optional<std::uint64_t> total)
{
    const auto now = Clock::now();
    if (now < next_) return;
    next_ = now + interval_;
    show_(progress_text(done, total));
}

} // namespace webserver
