#include "webserver/reception.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>

namespace webserver {
namespace {

/// This thread does much in a row and is not in a hurry to be woken: on a busy machine that makes
/// for a quarter more answers.
void schedule_as_batch()
{
    const sched_param none{};
    ::pthread_setschedparam(::pthread_self(), SCHED_BATCH, &none);
}

/// One client too many, and nobody to send away for it.
void turn_away(net::TcpStream& client)
try {
    client.write("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
                 "Connection: close\r\n\r\n",
                 net::Deadline::in(10ms));
    client.shutdown_writing();
} catch (const net::Error&) {
    return; // it has gone already
}

} // namespace

Reception::Reception(const Service& service, std::size_t most_clients, std::size_t workers)
    : service_(service), most_clients_(most_clients), busy_(most_clients, 10s)
{
    schedule_as_batch();
    constexpr std::size_t work_space = std::size_t{16} * 1024; // a dozen pipelined requests
    for (std::size_t i = 0; i < workers; ++i) {
        auto receive_here = [this, cache = FileCache(), buffer = std::vector<char>(work_space)](
                                net::WaitingRoom& room, net::WaitingRoom::Guest& guest) mutable {
            return receive(room, guest, cache, buffer);
        };
        rooms_.push_back(std::make_unique<net::WaitingRoom>(service.patience.idle, receive_here));
    }
}

Reception::~Reception()
{
    for (const auto& room : rooms_)
        room->close(); // busy_'s end waits for the others
}

void Reception::welcome(net::TcpStream client)
{
    if (count() >= most_clients_ && !shed_longest_idle()) return turn_away(client);
    rooms_[next_room_++ % rooms_.size()]->admit(std::move(client));
}

/// By the room's thread: answers at once, or sees to it that a thread of its own does.
bool Reception::receive(net::WaitingRoom& room, net::WaitingRoom::Guest& guest, FileCache& cache,
                        std::vector<char>& buffer)
{
    Unfinished rest;
    const State state = answer_at_once(guest.stream, service_, cache, buffer, rest);
    if (state != State::stuck) return state == State::idle;

    net::TcpStream client = room.dismiss(guest);
    const auto serve = [this, rest = std::move(rest)](net::TcpStream& stream) {
        return converse(stream, service_, rest) == State::idle;
    };
    const auto keep = [&room](net::TcpStream stream) { room.admit(std::move(stream)); };
    if (!busy_.start(client, serve, keep)) turn_away(client);
    return false;
}

std::size_t Reception::count()
{
    std::size_t clients = busy_.count();
    for (const auto& room : rooms_)
        clients += room->count();
    return clients;
}

bool Reception::shed_longest_idle()
{
    return std::ranges::any_of(rooms_, [](const auto& room) { return room->shed_longest_idle(); });
}

} // namespace webserver
