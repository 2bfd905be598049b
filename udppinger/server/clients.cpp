#include "udppinger/server/clients.h"

#include "common/ping/ping_report.h"
#include "common/program/output.h"

namespace udppinger {
namespace {

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
    sum.unsent += more.unsent;
}

std::string line(const std::string& client, const Counters& counters)
{
    return client + ": " + std::to_string(counters.received) + " received, " +
           std::to_string(counters.answered) + " answered, " + std::to_string(counters.lost) +
           " lost on purpose" + net::also(counters.duplicated, "duplicated") +
           net::also(counters.held_back, "held back") + net::also(counters.corrupted, "corrupted") +
           net::also(counters.heartbeats, "heartbeats") + net::also(counters.refused, "refused") +
           net::also(counters.unsent, "not sent") + "\n";
}

} // namespace

Client& ClientTable::at(const net::Address& address, Time now)
{
    Client* client = clients_.at(
        address, now, [this](const Client& removed) { add(others_.counters, removed.counters); });
    return client == nullptr ? others_ : *client;
}

Client& ClientTable::known(const net::Address& address)
{
    Client* client = clients_.find(address);
    return client == nullptr ? others_ : *client;
}

RateLimit& ClientTable::limit_of(const net::Address& address, Time now)
{
    RateLimit* limit = limits_.at(address.with_port(0), now, [](const RateLimit&) {});
    return limit == nullptr ? limit_of_others_ : *limit;
}

std::string ClientTable::text() const
{
    std::string text;
    Counters all = others_.counters;
    clients_.for_each([&](const net::Address& address, const Client& client) {
        text += line(address.text(), client.counters);
        add(all, client.counters);
    });
    if (others_.counters.received > 0) text += line("all further clients", others_.counters);
    return text + line(net::count_text(clients_.size(), "client"), all);
}

} // namespace udppinger
