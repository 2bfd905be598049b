#include "webserver/server.h"

#include <algorithm>

#include "common/connections.h"
#include "common/http/date.h"
#include "webserver/site/answer.h"

namespace webserver {
namespace {

/// Answers 503 to a client beyond the limit; waits at most 10 ms for the socket.
void reject(net::TcpStream& client, const Service& service)
try {
    Response response =
        refuse({503, "The server has reached its limit of clients. Please try again."},
               service.settings, http::now());
    response.add("Retry-After", "1");
    client.write(response.text(), net::Deadline::in(10ms));
    client.shutdown_writing();
} catch (const net::Error&) {
    return; // the client has closed the connection or is too slow
}

} // namespace

Server::Server(const Service& service, std::size_t most_clients, std::size_t workers)
    : service_(service), most_clients_(net::raise_descriptor_limit(most_clients)),
      busy_(most_clients_, 10s)
{
    net::schedule_as_batch();
    constexpr std::uint64_t cache_size = std::uint64_t{64} * 1024 * 1024;
    constexpr std::size_t work_space = std::size_t{16} * 1024; // a dozen pipelined requests
    for (std::size_t i = 0; i < workers; ++i) {
        auto receive_here =
            [this, cache = FileCache(cache_size / workers), buffer = std::vector<char>(work_space)](
                IdleConnections& idle, IdleConnections::Connection& connection) mutable {
                return receive(idle, connection, cache, buffer);
            };
        idle_sets_.push_back(
            std::make_unique<IdleConnections>(service.timeouts.idle, receive_here));
    }
}

Server::~Server()
{
    service_.live.feed().end(); // live event streams have no end of their own
    for (const auto& idle : idle_sets_)
        idle->close(); // ~Connections waits for busy_
}

void Server::admit(net::TcpStream client)
try {
    if (service_.live.is_on())
        client.hold_until_closed(service_.live.feed().track_connection(client.peer()));
    if (count() >= most_clients_ && !evict_longest_idle()) return reject(client, service_);
    idle_sets_[next_set_++ % idle_sets_.size()]->add(std::move(client));
} catch (const std::bad_alloc&) {
    return; // out of memory: only this connection is closed
}

/// Called by an epoll thread: answers at once, or moves the connection to a thread of its own.
IdleConnections::Next Server::receive(IdleConnections& idle,
                                      IdleConnections::Connection& connection, FileCache& cache,
                                      std::vector<char>& buffer)
{
    using Next = IdleConnections::Next;
    Unfinished rest;
    switch (answer_without_blocking(connection.stream, service_, cache, buffer, rest)) {
    case ConversationState::idle: return Next::wait;
    case ConversationState::complete: return Next::linger;
    case ConversationState::client_closed: return Next::close;
    case ConversationState::would_block: break;
    }
    const bool is_within_a_response = !rest.unsent.empty();
    net::TcpStream client = idle.release(connection);
    auto serve = [this, rest = std::move(rest)](net::TcpStream& stream) mutable {
        return converse(stream, service_, rest) == ConversationState::idle;
    };
    auto keep = [&idle](net::TcpStream stream) { idle.add(std::move(stream)); };
    if (!busy_.start(client, std::move(serve), std::move(keep)) && !is_within_a_response)
        reject(client, service_);
    return Next::close;
}

std::size_t Server::count()
{
    std::size_t clients = busy_.count();
    for (const auto& idle : idle_sets_)
        clients += idle->count();
    return clients;
}

/// False when no connection is idle.
bool Server::evict_longest_idle()
{
    const auto idle = std::ranges::min_element(idle_sets_, {}, [](const auto& each) {
        return each->longest_idle_since().value_or(IdleConnections::Moment::max());
    });
    return (*idle)->evict_longest_idle();
}

} // namespace webserver
