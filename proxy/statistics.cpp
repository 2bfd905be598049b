#include "proxy/statistics.h"

#include <array>
#include <string_view>

#include "common/decimal.h"

namespace proxy {

void Statistics::note(Event event)
{
    constexpr std::size_t most_latest = 30;
    constexpr int class_size = 100;
    const std::lock_guard lock(mutex_);
    event.number = ++totals_.requests;
    totals_.bytes += event.sent;
    Count& count = totals_.verdicts[event.verdict];
    ++count.requests;
    count.bytes += event.sent;
    ++totals_.statuses[event.status / class_size];
    latest_.push_front(std::move(event));
    if (latest_.size() > most_latest) latest_.pop_back();
}

Statistics::Totals Statistics::totals() const
{
    const std::lock_guard lock(mutex_);
    Totals totals = totals_;
    totals.latest.assign(latest_.begin(), latest_.end());
    return totals;
}

std::string readable_size(std::uint64_t bytes)
{
    constexpr auto units = std::to_array<std::string_view>({"kB", "MB", "GB", "TB"});
    constexpr double step = 1000;
    if (bytes < static_cast<std::uint64_t>(step)) return std::to_string(bytes) + " B";
    double size = static_cast<double>(bytes) / step;
    std::size_t unit = 0;
    for (; size >= step && unit + 1 < units.size(); ++unit)
        size /= step;
    return net::decimal(size, 1) + " " + std::string(units.at(unit));
}

std::string summary(const Statistics::Totals& totals)
{
    std::string text = std::to_string(totals.requests) +
                       (totals.requests == 1 ? " request, " : " requests, ") +
                       readable_size(totals.bytes) + " to clients";
    std::string_view separator = ": ";
    for (const auto& [verdict, count] : totals.verdicts) {
        text += separator;
        text += std::to_string(count.requests) + " " + verdict;
        separator = ", ";
    }
    return text;
}

} // namespace proxy
