#include "webserver/server.h"

#include <algorithm>

#include "common/connections.h"
#include "common/http/date.h"
#include "webserver/site/answer.h"

namespace webserver {
namespace {

/// One client too many, and nobody to send away for it.
void turn_away(net::TcpStream& client, const Service& service)
try {
    Reply reply =
        refuse({503, "The server is serving as many clients as it may. Please try again."},
               service.settings, http::now());
    reply.add("Retry-After", "1");
    client.write(reply.text(), net::Deadline::in(10ms));
    client.shutdown_writing();
} catch (const net::Error&) {
    return; // it has gone already
}

} // namespace

Reception::Reception(const Service& service, std::size_t most_clients, std::size_t workers)
    : service_(service), most_clients_(net::raise_descriptor_limit(most_clients)),
      busy_(most_clients_, 10s)
{
    net::schedule_as_batch();
    constexpr std::uint64_t cache_size = std::uint64_t{64} * 1024 * 1024;
    constexpr std::size_t work_space = std::size_t{16} * 1024; // a dozen pipelined requests
    for (std::size_t i = 0; i < workers; ++i) {
        auto receive_here = [this, cache = FileCache(cache_size / workers),
                             buffer = std::vector<char>(work_space)](
                                WaitingRoom& room, WaitingRoom::Guest& guest) mutable {
            return receive(room, guest, cache, buffer);
        };
        rooms_.push_back(std::make_unique<WaitingRoom>(service.patience.idle, receive_here));
    }
}

Reception::~Reception()
{
    service_.live.feed().end(); // those who only watch are not waited for
    for (const auto& room : rooms_)
        room->close(); // busy_'s end waits for the others
}

void Reception::welcome(net::TcpStream client)
try {
    if (service_.live.is_on()) client.accompany(service_.live.feed().visit(client.peer()));
    if (count() >= most_clients_ && !shed_longest_idle()) return turn_away(client, service_);
    rooms_[next_room_++ % rooms_.size()]->admit(std::move(client));
} catch (const std::bad_alloc&) {
    return; // this one is closed; the others are worth more
}

/// By the room's thread: answers at once, or sees to it that a thread of its own does.
WaitingRoom::Next Reception::receive(WaitingRoom& room, WaitingRoom::Guest& guest, FileCache& cache,
                                     std::vector<char>& buffer)
{
    using Next = WaitingRoom::Next;
    Unfinished rest;
    switch (answer_at_once(guest.stream, service_, cache, buffer, rest)) {
    case State::idle: return Next::wait;
    case State::over: return Next::farewell;
    case State::gone: return Next::gone;
    case State::stuck: break;
    }
    const bool is_within_an_answer = !rest.unsent.empty();
    net::TcpStream client = room.dismiss(guest);
    auto serve = [this, rest = std::move(rest)](net::TcpStream& stream) mutable {
        return converse(stream, service_, rest) == State::idle;
    };
    auto keep = [&room](net::TcpStream stream) { room.admit(std::move(stream)); };
    if (!busy_.start(client, std::move(serve), std::move(keep)) && !is_within_an_answer)
        turn_away(client, service_);
    return Next::gone;
}

std::size_t Reception::count()
{
    std::size_t clients = busy_.count();
    for (const auto& room : rooms_)
        clients += room->count();
    return clients;
}

/// False when nobody is idle.
bool Reception::shed_longest_idle()
{
    const auto room = std::ranges::min_element(rooms_, {}, [](const auto& each) {
        return each->longest_since().value_or(WaitingRoom::Moment::max());
    });
    return (*room)->shed_longest();
}

} // namespace webserver
