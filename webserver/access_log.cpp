#include "webserver/access_log.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <new>

#include "common/text/ascii.h"

namespace webserver {
namespace {

std::string shown(std::string_view text)
{
    constexpr std::size_t longest = 1000; // three of them are less than PIPE_BUF, so that a write
                                          // to a pipe is atomic (pipe(7))
    return text.empty() ? "-" : net::escaped(text.substr(0, longest)).substr(0, longest);
}

std::string log_time(std::chrono::system_clock::time_point time)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm local{};
    ::localtime_r(&seconds, &local);
    constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::array<char, 64> text{}; // strftime's month depends on the locale
    const std::size_t day = std::strftime(text.data(), text.size(), "%d/", &local);
    std::string result(text.data(), day);
    result += months[static_cast<std::size_t>(local.tm_mon)];
    const std::size_t rest = std::strftime(text.data(), text.size(), "/%Y:%H:%M:%S %z", &local);
    return result.append(text.data(), rest);
}

/// The value of "for" in a member of Forwarded; empty without one.
std::string_view for_parameter(std::string_view member)
{
    for (const auto pair : net::split(member, ';')) {
        const auto equals = std::min(pair.find('='), pair.size());
        if (net::equal_ignoring_case(net::trim(pair.substr(0, equals)), "for"))
            return net::trim(pair.substr(std::min(equals + 1, pair.size())));
    }
    return {};
}

/// The nodes that proxies have appended to Forwarded or, without it, X-Forwarded-For; the last
/// first.
std::vector<std::string> forwarded_nodes(const http::RequestHead& request)
{
    std::vector<std::string> nodes;
    const auto forwarded = request.list("Forwarded");
    const std::string list = forwarded ? *forwarded : request.list("X-Forwarded-For").value_or("");
    for (const auto member : net::split(list, ','))
        nodes.emplace_back(forwarded ? for_parameter(member) : net::trim(member));
    std::ranges::reverse(nodes);
    return nodes;
}

/// The address of a node: 192.0.2.1, "[2001:db8::1]:4711", with or without quotes and port.
std::optional<net::Address> numeric_address(std::string node)
{
    std::erase(node, '"');
    const auto port = node.rfind(':');
    const bool has_port =
        port != std::string::npos && (node.find(':') == port || node[port - 1] == ']');
    if (has_port) node.erase(port);
    return net::parse_numeric(net::without_brackets(node));
}

} // namespace

std::string combined_log_line(const LogEntry& entry)
{
    return entry.client + " - - [" + log_time(entry.time) + "] \"" + shown(entry.request_line) +
           "\" " + std::to_string(entry.status) + " " + std::to_string(entry.body_sent) + " \"" +
           shown(entry.referer) + "\" \"" + shown(entry.user_agent) + "\"\n";
}

bool AccessLog::is_trusted(const net::Address& address) const
{
    return std::ranges::any_of(proxies_,
                               [&address](const auto& block) { return block.contains(address); });
}

std::string AccessLog::client_of(const net::Address& peer, const http::RequestHead* request) const
{
    net::Address client = peer;
    if (request == nullptr || !is_trusted(peer)) return client.host();
    for (const auto& node : forwarded_nodes(*request)) { // the nearest first
        const auto address = numeric_address(node);
        if (!address) break;
        client = *address;
        if (!is_trusted(client)) break;
    }
    return client.host();
}

void AccessLog::write(const LogEntry& entry) const noexcept
try {
    lines_.write(combined_log_line(entry));
} catch (const std::bad_alloc&) {
    return; // a lost log line is better than a lost response
}

void AccessLog::write_exchange(const net::Address& peer, std::string_view head,
                               const http::RequestHead* request, int status,
                               std::uint64_t body_sent,
                               std::chrono::system_clock::time_point time) const
{
    LogEntry entry{.client = client_of(peer, request),
                   .time = time,
                   .request_line = http::request_line_of(head),
                   .status = status,
                   .body_sent = body_sent};
    if (request != nullptr) {
        entry.referer = request->field("Referer").value_or("");
        entry.user_agent = request->field("User-Agent").value_or("");
    }
    write(entry);
}

} // namespace webserver
