#include "proxy/clients.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <vector>

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
    if ((count() < most_ || evict_longest_idle() || evict_half_closed()) && start(client)) return;
    reject(client, HttpError(503, "The proxy already serves its maximum number of clients."),
           service_);
} catch (const std::bad_alloc&) {
    return; // only this connection is closed
}

/// False when no thread can be created, or too many evicted clients are slow to end.
bool Clients::start(net::TcpStream& client)
{
    const auto connection = std::make_shared<Connection>();
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

std::size_t Clients::count()
{
    const std::lock_guard lock(mutex_);
    return served_.size();
}

/// False when no client is idle.
bool Clients::evict_longest_idle()
{
    const std::lock_guard lock(mutex_);
    const auto idle_since = [](const std::shared_ptr<Connection>& connection) {
        return connection->client_state.idle_since().value_or(
            ClientState::Clock::duration::max().count());
    };
    const auto longest = std::ranges::min_element(served_, {}, idle_since);
    if (longest == served_.end() || !(*longest)->client_state.evict()) return false;
    if ((*longest)->stream != nullptr) (*longest)->stream->shutdown(); // its thread sees the end
    served_.erase(longest);
    return true;
}

/// A client that has sent a request and then shut down its sending side has probably gone: most
/// programs close both directions at once. It is evicted only at the limit.
bool Clients::evict_half_closed()
{
    const std::lock_guard lock(mutex_);
    std::vector<pollfd> sides;
    for (const auto& connection : served_) {
        const bool is_asking =
            connection->stream != nullptr && !connection->client_state.is_endless();
        sides.push_back({is_asking ? connection->stream->descriptor() : -1, POLLRDHUP, 0});
    }
    if (::poll(sides.data(), sides.size(), 0) <= 0) return false;
    const auto found = std::ranges::find_if(sides, [](const pollfd& side) { return side.revents; });
    const auto connection = std::next(served_.begin(), found - sides.begin());
    (*connection)->stream->shutdown(); // a thread waiting for its response notices
    served_.erase(connection);
    return true;
}

} // namespace proxy
