#include "proxy/status/statistics.h"

#include "common/text/decimal.h"

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

std::string summary(const Statistics::Totals& totals)
{
    std::string text = std::to_string(totals.requests) +
                       (totals.requests == 1 ? " request, " : " requests, ") +
                       net::size_text(totals.bytes) + " to clients";
    std::string_view separator = ": ";
    for (const auto& [verdict, count] : totals.verdicts) {
        text += separator;
        text += std::to_string(count.requests) + " " + verdict;
        separator = ", ";
    }
    return text;
}

} // namespace proxy
