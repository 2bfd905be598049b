#include "proxy/origin/upstream.h"

#include <algorithm>

#include "common/http/url.h"
#include "proxy/access/access.h"

namespace proxy {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_idle = 128; // connections; enough for that many busy clients
constexpr auto longest_idle = 30s;     // most origins close after 5 to 75 s

std::optional<RequestTarget> parse_parent(const std::string& text)
{
    if (text.empty()) return std::nullopt;
    const auto authority = http::parse_authority(text);
    if (!authority || !authority->port)
        throw net::Error("--parent '" + text + "' is not of the form HOST:PORT");
    return RequestTarget{.host = std::string(authority->host), .port = *authority->port};
}

std::vector<net::Address> look_up(const RequestTarget& target)
try {
    return net::resolve(target.host, target.port, SOCK_STREAM);
} catch (const net::LookupError& error) {
    if (error.is_temporary())
        throw HttpError(504,
                        sentence(std::string("The name server did not answer: ") + error.what()),
                        "dns_timeout");
    throw HttpError(502,
                    sentence(std::string("The host name could not be resolved: ") + error.what()),
                    "dns_error");
}

net::TcpStream connect_to(const std::vector<net::Address>& addresses, const RequestTarget& target,
                          net::Deadline deadline)
try {
    return net::TcpStream::connect(addresses, target.origin(), deadline);
} catch (const net::Timeout& error) {
    throw HttpError(
        504, sentence(std::string("The server could not be reached in time: ") + error.what()),
        "connection_timeout");
} catch (const net::Error& error) {
    const bool is_refused = error.cause() == ECONNREFUSED;
    throw HttpError(502, sentence(std::string("The server could not be reached: ") + error.what()),
                    is_refused ? "connection_refused" : "destination_ip_unroutable");
}

[[noreturn]] void throw_prohibited()
{
    throw HttpError(403, "Only clients on the proxy's own machine may access this address.",
                    "destination_ip_prohibited");
}

} // namespace

Upstream::Upstream(const std::string& parent, const Timeouts& timeouts)
    : parent_(parse_parent(parent)), timeouts_(timeouts), pool_(most_idle, longest_idle)
{
}

std::unique_ptr<OriginRequest>
Upstream::send_request(const RequestTarget& target, const net::Address& client,
                       RequestToSend to_send, bool may_retry,
                       const OriginRequest::OnInterim& on_interim) const
{
    const auto may_use = [&](const net::Address& address) { return may_reach(client, address); };
    if (may_retry)
        if (auto idle = pool_.acquire(parent_.value_or(target).origin(), may_use)) try {
                return std::make_unique<OriginRequest>(std::move(idle), to_send, timeouts_,
                                                       on_interim);
            } catch (const NoResponse&) { // the origin has just closed it
            }
    return std::make_unique<OriginRequest>(connect(target, client), std::move(to_send), timeouts_,
                                           on_interim);
}

void Upstream::check_reachable(const RequestTarget& target, const net::Address& client) const
try {
    if (parent_ || net::leads_to_loopback(client)) return; // no restriction applies
    const auto addresses = net::resolve(target.host, target.port, SOCK_STREAM);
    const auto is_allowed = [&](const auto& address) { return may_reach(client, address); };
    if (std::ranges::none_of(addresses, is_allowed)) throw_prohibited();
} catch (const net::LookupError&) {
    return; // a name without address reaches no service of ours
}

std::unique_ptr<OriginConnection> Upstream::connect(const RequestTarget& target,
                                                    const net::Address& client) const
{
    const RequestTarget& next = parent_.value_or(target);
    const auto deadline = net::Deadline::in(timeouts_.connect);
    auto addresses = look_up(next);
    std::erase_if(addresses, [&](const auto& address) { return !may_reach(client, address); });
    if (addresses.empty()) throw_prohibited();
    return std::make_unique<OriginConnection>(connect_to(addresses, next, deadline), next.origin(),
                                              open_);
}

void Upstream::reuse(OriginRequest& origin_request) const
{
    if (auto connection = origin_request.release_for_reuse()) pool_.keep(std::move(connection));
}

/// The client does not choose the parent's address, so it is not restricted.
bool Upstream::may_reach(const net::Address& client, const net::Address& address) const
{
    return parent_ || AccessRules::may_reach(client, address);
}

} // namespace proxy
