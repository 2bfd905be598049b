#include "proxy/clients.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "common/program/output.h"
#include "proxy/conversation.h"
#include "proxy/exchange/exchange.h"

namespace proxy {
namespace {

constexpr auto grace = 9s;                      // for responses under way
constexpr auto last_grace = 1s;                 // after the connections to origins have ended
constexpr std::size_t most_closing = 64;        // evicted, but not closed yet
constexpr std::size_t descriptors_a_client = 2; // doubled: client, origin, cache files

/// Sends an error response, and waits at most 10 ms for a client that does not read.
void reject(net::TcpStream& client, const HttpError& error, const Service& service)
try {
    std::array<char, std::size_t{4} * 1024> ignored{};
    static_cast<void>(client.read_now(ignored)); // unread bytes would cause a reset on close
    ResponseWriter writer(client, {}, 10ms, service.transcript);
    static_cast<void>(deliver(error, "", writer));
    client.shutdown_writing();
} catch (const net::Error&) {
    return; // the client has disconnected
}

} // namespace

/// Makes a connection evictable for its own lifetime, then takes it off the list.
class Clients::Registration {
public:
    Registration(Clients& clients, const std::shared_ptr<Connection>& connection,
                 net::TcpStream& stream)
        : clients_(clients), connection_(connection)
    {
        const std::lock_guard lock(clients_.mutex_);
        connection_->stream = &stream;
    }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration() { clients_.remove(connection_); }

private:
    Clients& clients_;
    const std::shared_ptr<Connection>& connection_;
};

Clients::Clients(const Service& service, std::size_t most)
    : service_(service),
      most_(net::raise_descriptor_limit(descriptors_a_client * most) / descriptors_a_client),
      connections_(most_ + most_closing, last_grace)
{
    if (most_ < most)
        net::complain("proxy", "serve " + std::to_string(most) +
                                   " clients at once: the limit on open files is enough for " +
                                   std::to_string(most_) + " (raise it with ulimit -n)");
}

Clients::~Clients()
{
    std::unique_lock lock(mutex_);
    for (const auto& connection : served_)
        if (connection->client_state.end_soon() && connection->stream != nullptr)
            connection->stream->shutdown_reading();
    one_left_.wait_for(lock, grace, [this] { return served_.empty(); });
    service_.upstream.shut_down_all();
}

void Clients::admit(net::TcpStream client)
try {
    if (!service_.rules.may_use(client.peer()))
        return reject(client, HttpError(403, "This proxy does not serve clients at your address."),
                      service_);
    const std::string host = client.peer().host();
    if (has_room_for(host) && start(client, host)) return;
    reject(client, HttpError(503, "The proxy already serves its maximum number of clients."),
           service_);
} catch (const std::bad_alloc&) {
    return; // only this connection is closed
}

/// False when no thread can be created, or too many evicted clients are slow to end.
bool Clients::start(net::TcpStream& client, const std::string& host)
{
    const auto connection = std::make_shared<Connection>(host);
    add(connection);
    const auto deadline = net::Deadline::in(1s);
    do {
        if (connections_.start(client, [this, connection](net::TcpStream& stream) {
                serve(stream, connection);
                return false;
            }))
            return true;
        std::unique_lock lock(mutex_);
        one_left_.wait_for(lock, 1ms); // its thread ends a moment later
    } while (!deadline.passed() && connections_.count() > most_);
    remove(connection);
    return false;
}

void Clients::serve(net::TcpStream& stream, const std::shared_ptr<Connection>& connection)
{
    const Registration registration(*this, connection, stream);
    converse(stream, connection->client_state, service_);
}

void Clients::add(const std::shared_ptr<Connection>& connection)
{
    const std::lock_guard lock(mutex_);
    served_.push_back(connection);
    service_.statistics.clients = served_.size();
}

void Clients::remove(const std::shared_ptr<Connection>& connection)
{
    const std::lock_guard lock(mutex_);
    connection->stream = nullptr;
    std::erase(served_, connection);
    one_left_.notify_all();
    service_.statistics.clients = served_.size();
}

/// Evicts a client if there is no place left; false when none can be evicted.
bool Clients::has_room_for(const std::string& host)
{
    const std::lock_guard lock(mutex_);
    if (served_.size() < most_) return true;
    const bool has_half = 2 * count(host) >= most_;
    const std::string whose = has_half ? host : "";
    return evict_longest_idle(whose) || evict_half_closed(whose) || evict_idle_tunnel(whose) ||
           (!has_half && evict_of_most());
}

// The following are called with the lock held; an empty `host` stands for any.

std::size_t Clients::count(const std::string& host) const
{
    const auto is_its = [&host](const auto& connection) { return connection->host == host; };
    return static_cast<std::size_t>(std::ranges::count_if(served_, is_its));
}

/// The connection with the least time that `since` returns; the end of the list when there is none.
Clients::List::iterator Clients::find_longest(const std::string& host, IdleSince since)
{
    constexpr auto never = ClientState::Clock::duration::max().count();
    const auto idle_since = [&](const std::shared_ptr<Connection>& connection) {
        if (!host.empty() && connection->host != host) return never;
        return (connection->client_state.*since)().value_or(never);
    };
    const auto longest = std::ranges::min_element(served_, {}, idle_since);
    const bool is_found = longest != served_.end() && idle_since(*longest) != never;
    return is_found ? longest : served_.end();
}

bool Clients::evict_longest_idle(const std::string& host)
{
    const auto longest = find_longest(host, &ClientState::idle_since);
    if (longest == served_.end() || !(*longest)->client_state.evict()) return false;
    end(longest);
    return true;
}

/// A client that has sent a request and then shut down its sending side has probably gone: most
/// programs close both directions at once. It is evicted only at the limit.
bool Clients::evict_half_closed(const std::string& host)
{
    std::vector<pollfd> sides;
    for (const auto& connection : served_) {
        const bool is_asking = (host.empty() || connection->host == host) &&
                               connection->stream != nullptr &&
                               !connection->client_state.is_tunnel();
        sides.push_back({is_asking ? connection->stream->descriptor() : -1, POLLRDHUP, 0});
    }
    if (::poll(sides.data(), sides.size(), 0) <= 0) return false;
    const auto found = std::ranges::find_if(sides, [](const pollfd& side) { return side.revents; });
    end(std::next(served_.begin(), found - sides.begin()));
    return true;
}

bool Clients::evict_idle_tunnel(const std::string& host)
{
    const auto longest = find_longest(host, &ClientState::tunnel_idle_since);
    if (longest == served_.end()) return false;
    end(longest);
    return true;
}

/// Evicts the newest client of an address that has more than half of the places.
bool Clients::evict_of_most()
{
    std::map<std::string_view, std::size_t> counts;
    for (const auto& connection : served_)
        ++counts[connection->host];
    const auto newest =
        std::ranges::find_if(served_.rbegin(), served_.rend(), [&](const auto& connection) {
            return 2 * counts[connection->host] > most_;
        });
    if (newest == served_.rend()) return false;
    end(std::prev(newest.base()));
    return true;
}

/// Its thread notices the end of the connection, also while it waits for a response.
void Clients::end(List::iterator connection)
{
    if ((*connection)->stream != nullptr) (*connection)->stream->shutdown();
    served_.erase(connection);
}

} // namespace proxy
