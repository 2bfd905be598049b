#include "proxy/status/status.h"

#include <algorithm>

#include "common/http/url.h"
#include "common/text/ascii.h"
#include "common/text/json.h"
#include "common/text/printable.h"

namespace proxy {
namespace {

using net::json_object;
using net::json_string;

std::string json_number(std::uint64_t number)
{
    return std::to_string(number);
}

std::string json_of(const Event& event)
{
    return json_object({{"number", json_number(event.number)},
                        {"client", json_string(event.client)},
                        {"method", json_string(net::printable(event.method))},
                        {"target", json_string(net::printable(event.target))},
                        {"status", std::to_string(event.status)},
                        {"bytes", json_number(event.sent)},
                        {"time", std::to_string(event.took.count())},
                        {"verdict", json_string(event.verdict)}});
}

std::string json_of(const std::map<std::string, Statistics::Count>& verdicts)
{
    net::JsonMembers members;
    for (const auto& [verdict, count] : verdicts)
        members.emplace_back(verdict, json_object({{"requests", json_number(count.requests)},
                                                   {"bytes", json_number(count.bytes)}}));
    return json_object(members);
}

std::string json_of(const std::map<int, std::uint64_t>& statuses)
{
    net::JsonMembers members;
    for (const auto& [digit, count] : statuses)
        members.emplace_back(std::to_string(digit) + "xx", json_number(count));
    return json_object(members);
}

std::string json_of(const CacheUsage& cache)
{
    return json_object({{"entries", json_number(cache.entries)},
                        {"bytes", json_number(cache.bytes)},
                        {"capacity", json_number(cache.capacity)},
                        {"trouble", json_string(net::printable(cache.trouble))}});
}

} // namespace

std::string status_json(const Statistics& statistics, const CacheUsage& cache, StatusDetail detail)
{
    using std::chrono::milliseconds;
    const auto totals = statistics.totals();
    const auto uptime = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() -
                                                                 statistics.start);
    std::vector<std::string> latest;
    if (detail == StatusDetail::requests)
        for (const Event& event : totals.latest)
            latest.push_back(json_of(event));
    return json_object({{"uptime", std::to_string(uptime.count())},
                        {"clients", json_number(statistics.clients)},
                        {"tunnels", json_number(statistics.tunnels)},
                        {"requests", json_number(totals.requests)},
                        {"bytes", json_number(totals.bytes)},
                        {"verdicts", json_of(totals.verdicts)},
                        {"statuses", json_of(totals.statuses)},
                        {"cache", json_of(cache)},
                        {"latest", net::json_array(latest)}}) +
           "\n";
}

std::string pac_file(std::string_view authority)
{
    return "function FindProxyForURL(url, host) {\n"
           "    if (isPlainHostName(host) || host == \"127.0.0.1\" || host == \"[::1]\")\n"
           "        return \"DIRECT\";\n"
           "    return \"PROXY " +
           std::string(authority) + "; DIRECT\";\n}\n";
}

bool is_own_name(std::string_view host, std::string_view host_name)
{
    const auto authority = http::parse_authority(host);
    if (!authority) return false;
    const auto name = authority->host;
    const bool is_ipv4 =
        std::ranges::all_of(name, [](char c) { return net::is_digit(c) || c == '.'; });
    return is_ipv4 || name.starts_with('[') || net::equal_ignoring_case(name, "localhost") ||
           net::equal_ignoring_case(name, host_name);
}

} // namespace proxy
