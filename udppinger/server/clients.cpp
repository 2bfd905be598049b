#include "udppinger/server/clients.h"

#include <algorithm>

#include "common/ping/ping_report.h"
#include "common/program/output.h"

namespace udppinger {
namespace {

constexpr std::size_t most_clients = 1000; // far more than a classroom

void add(Counters& sum, const Counters& more)
{
    sum.received += more.received;
    sum.answered += more.answered;
    sum.lost += more.lost;
    sum.refused += more.refused;
    sum.heartbeats += more.heartbeats;
    sum.duplicated += more.duplicated;
    sum.held_back += more.held_back;
    sum.corrupted += more.corrupted;
}

std::string line(const std::string& client, const Counters& counters)
{
    return client + ": " + std::to_string(counters.received) + " received, " +
           std::to_string(counters.answered) + " answered, " + std::to_string(counters.lost) +
           " lost on purpose" + net::also(counters.duplicated, "duplicated") +
           net::also(counters.held_back, "held back") + net::also(counters.corrupted, "corrupted") +
           net::also(counters.heartbeats, "heartbeats") + net::also(counters.refused, "refused") +
           "\n";
}

} // namespace

bool RateLimit::admits(Time now, std::uint64_t per_second)
{
    if (per_second == 0) return true;
    const auto most = static_cast<double>(per_second);
    const double seconds = std::chrono::duration<double>(now - last_).count();
    tokens_ = std::min(most, tokens_ + seconds * most); // full at the first call
    last_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
}

Client& ClientTable::at(const net::Address& address)
{
    const auto known = clients_.find(address);
    if (known != clients_.end()) return known->second;
    return clients_.size() < most_clients ? clients_[address] : others_;
}

std::string ClientTable::text() const
{
    std::string text;
    Counters all = others_.counters;
    for (const auto& [address, client] : clients_) {
        text += line(address.text(), client.counters);
        add(all, client.counters);
    }
    if (others_.counters.received > 0) text += line("all further clients", others_.counters);
    return text + line(net::count_text(clients_.size(), "client"), all);
}

} // namespace udppinger
