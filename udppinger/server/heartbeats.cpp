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

std::string Heartbeats::heard(const net::Address& client, std::uint64_t number,
                              std::chrono::nanoseconds difference, Time now)
{
    if (pulses_.size() == most_senders && !pulses_.contains(client)) return {};
    const auto [place, is_new] = pulses_.try_emplace(client);
    Pulse& pulse = place->second;
    const std::string who = client.text() + ": ";
    std::string text = who + "heartbeat " + std::to_string(number) + ", one-way difference " +
                       net::milliseconds_text(difference) + " ms";
    if (number <= pulse.last && !is_new) {
        text += number == pulse.last ? " (again)" : " (out of order)";
    } else if (number > pulse.last + 1) {
        text.insert(0, who + gap_text(pulse.last + 1, number - 1) + "\n");
    }
    pulse.last = std::max(pulse.last, number);
    pulse.heard = now;
    return text + "\n";
}

net::Deadline Heartbeats::next_deadline() const
{
    if (pulses_.empty()) return net::Deadline::never();
    const auto oldest =
        std::ranges::min_element(pulses_, {}, [](const auto& pulse) { return pulse.second.heard; });
    return net::Deadline::at(oldest->second.heard + timeout_);
}

std::string Heartbeats::stopped(Time now)
{
    std::string text;
    std::erase_if(pulses_, [&](const auto& entry) {
        const auto& [client, pulse] = entry;
        if (now - pulse.heard < timeout_) return false;
        const double seconds = std::chrono::duration<double>(timeout_).count();
        text += client.text() + ": no heartbeat for " + net::decimal(seconds) +
                " s, the client has stopped; the last was " + std::to_string(pulse.last) + "\n";
        return true;
    });
    return text;
}

} // namespace udppinger
