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

Server::Worker::Worker(Server& server, std::uint64_t cache_size)
    : cache(cache_size),
      idle(server.service_.timeouts.idle,
           [&server, this](IdleConnections&, IdleConnections::Connection& connection) {
               return server.receive(*this, connection);
           })
{
}

Server::Server(const Service& service, std::size_t most_clients, std::size_t workers)
    : service_(service), most_clients_(net::raise_descriptor_limit(most_clients)),
      busy_(most_clients_, 8s) // docker stop kills after 10 s
{
    net::schedule_as_batch();
    constexpr std::uint64_t cache_size = std::uint64_t{64} * 1024 * 1024;
    while (workers_.size() < workers)
        workers_.emplace_back(*this, cache_size / workers);
}

Server::~Server()
{
    service_.live.feed().end(); // live event streams have no end of their own
    for (Worker& worker : workers_)
        worker.idle.close(); // ~Connections waits for busy_
}

void Server::admit(net::TcpStream client)
try {
    if (service_.live.is_on())
        client.hold_until_closed(service_.live.feed().track_connection(client.peer()));
    constexpr auto stalled = 5s;
    if (count() >= most_clients_ && !evict_longest_idle() &&
        !busy_.cut_off_longest_stalled(stalled))
        return reject(client, service_);
    workers_[next_worker_++ % workers_.size()].idle.add(std::move(client));
} catch (const std::bad_alloc&) {
    return; // out of memory: only this connection is closed
}

/// Called by an epoll thread: answers, or moves the connection to a thread of its own.
Conversation::Needs Server::receive(Worker& worker, IdleConnections::Connection& connection)
{
    Conversation conversation(service_);
    const auto needs =
        conversation.answer_without_blocking(connection.stream, worker.cache, worker.buffer);
    if (needs != Conversation::Needs::thread) return needs;

    const bool is_within_response = conversation.is_within_response();
    net::TcpStream client = worker.idle.release(connection);
    auto serve = [rest = std::move(conversation)](net::TcpStream& stream) mutable {
        return rest.answer_blocking(stream) == Conversation::Needs::input;
    };
    auto keep = [&idle = worker.idle](net::TcpStream stream) { idle.add(std::move(stream)); };
    if (!busy_.start(client, std::move(serve), std::move(keep)) && !is_within_response)
        reject(client, service_);
    return needs;
}

std::size_t Server::count()
{
    std::size_t clients = busy_.count();
    for (Worker& worker : workers_)
        clients += worker.idle.count();
    return clients;
}

/// False when no connection is idle.
bool Server::evict_longest_idle()
{
    const auto worker = std::ranges::min_element(workers_, {}, [](Worker& each) {
        return each.idle.longest_idle_since().value_or(IdleConnections::Moment::max());
    });
    return worker->idle.evict_longest_idle();
}

} // namespace webserver
