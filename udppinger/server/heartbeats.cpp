#include "udppinger/server/heartbeats.h"

#include <algorithm>

#include "common/program/output.h"
#include "common/text/decimal.h"

namespace udppinger {
namespace {

constexpr std::size_t most_senders = 1000; // a bound: addresses can be forged

std::string gap_text(std::uint64_t first, std::uint64_t last)
{
    return first == last ? "heartbeat " + std::to_string(first) + " is missing"
                         : "heartbeats " + std::to_string(first) + " to " + std::to_string(last) +
                               " are missing";
}

} // namespace

std::string Heartbeats::received(const net::Address& client, std::uint64_t number,
                                 std::optional<std::chrono::nanoseconds> difference, Time now)
{
    if (senders_.size() == most_senders && !senders_.contains(client)) return {};
    const auto [place, is_new] = senders_.try_emplace(client, Sender{.last = number});
    Sender& sender = place->second;
    const std::string prefix = client.text() + ": ";
    std::string text =
        prefix + "heartbeat " + std::to_string(number) +
        (difference ? ", one-way difference " + net::milliseconds_text(*difference) + " ms"
                    : ", TIME unreadable");
    if (is_new)
        text += number > 1 ? " (begins at " + std::to_string(number) + ")" : "";
    else if (number <= sender.last)
        text += number == sender.last ? " (again)" : " (out of order)";
    else if (number - sender.last > 1)
        text.insert(0, prefix + gap_text(sender.last + 1, number - 1) + "\n");
    sender.last = std::max(sender.last, number);
    sender.last_time = now;
    return text + "\n";
}

net::Deadline Heartbeats::next_deadline() const
{
    if (senders_.empty()) return net::Deadline::never();
    const auto oldest = std::ranges::min_element(
        senders_, {}, [](const auto& entry) { return entry.second.last_time; });
    return net::Deadline::at(oldest->second.last_time + timeout_);
}

std::string Heartbeats::stopped(Time now)
{
    std::string text;
    std::erase_if(senders_, [&](const auto& entry) {
        const auto& [client, sender] = entry;
        if (now - sender.last_time < timeout_) return false;
        const double seconds = std::chrono::duration<double>(timeout_).count();
        text += client.text() + ": no heartbeat for " + net::decimal(seconds) +
                " s, the client has stopped; the last was " + std::to_string(sender.last) + "\n";
        return true;
    });
    return text;
}

} // namespace udppinger
