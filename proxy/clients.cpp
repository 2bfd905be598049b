#include "proxy/clients.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <vector>

#include "proxy/conversation.h"
#include "proxy/exchange/exchange.h"

namespace proxy {
namespace {

constexpr auto grace = 9s;                      // to finish what is under way
constexpr auto last_grace = 1s;                 // for what is left of it, without the origins
constexpr std::size_t on_their_way_out = 64;    // sent away, but not gone yet
constexpr std::size_t descriptors_a_client = 2; // times two: it, its origin, files of the cache

/// Says why to somebody who is not served. Nobody waits for him.
void turn_away(net::TcpStream& client, const Refusal& refusal, const Service& service)
try {
    std::array<char, std::size_t{4} * 1024> ignored{};
    static_cast<void>(client.read_now(ignored)); // a reset for unread bytes would undo the answer
    OwnAnswer answer = error_answer(refusal, "");
    if (refusal.status() == 503) answer.head.fields.push_back({"Retry-After", "1"});
    Delivery delivery(client, {}, 10ms, service.transcript);
    static_cast<void>(deliver(answer, delivery));
    client.shutdown_writing();
} catch (const net::Error&) {
    return; // it has gone already
}

} // namespace

/// A guest's name is in the list for as long as this lives, and can be sent away.
class Clients::Visit {
public:
    Visit(Clients& clients, const std::shared_ptr<Guest>& guest, net::TcpStream& stream)
        : clients_(clients), guest_(guest)
    {
        const std::lock_guard lock(clients_.mutex_);
        guest_->stream = &stream;
    }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit() { clients_.leave(guest_); }

private:
    Clients& clients_;
    const std::shared_ptr<Guest>& guest_;
};

Clients::Clients(const Service& service, std::size_t most)
    : service_(service),
      most_(net::raise_descriptor_limit(descriptors_a_client * most) / descriptors_a_client),
      connections_(most_ + on_their_way_out, last_grace)
{
}

Clients::~Clients()
{
    std::unique_lock lock(mutex_);
    for (const auto& guest : guests_)
        if (guest->presence.end_soon() && guest->stream != nullptr)
            guest->stream->shutdown_reading();
    one_left_.wait_for(lock, grace, [this] { return guests_.empty(); });
    service_.upstream.end_all();
}

void Clients::welcome(net::TcpStream client)
try {
    if (!service_.rules.may_use(client.peer()))
        return turn_away(client, Refusal(403, "This proxy is not for clients at your address."),
                         service_);
    if ((count() < most_ || shed_longest_idle() || shed_half_gone()) && start(client)) return;
    turn_away(client, Refusal(503, "The proxy is serving as many clients as it may."), service_);
} catch (const std::bad_alloc&) {
    return; // this one is closed; the others are worth more
}

/// False when the system gives no thread, or too many who were sent away are slow to go.
bool Clients::start(net::TcpStream& client)
{
    const auto guest = std::make_shared<Guest>();
    arrive(guest);
    const auto deadline = net::Deadline::in(1s);
    do {
        if (connections_.start(client, [this, guest](net::TcpStream& stream) {
                serve(stream, guest);
                return false;
            }))
            return true;
        std::unique_lock lock(mutex_);
        one_left_.wait_for(lock, 1ms); // and it is gone a moment later
    } while (!deadline.passed() && connections_.count() > most_);
    leave(guest);
    return false;
}

void Clients::serve(net::TcpStream& stream, const std::shared_ptr<Guest>& guest)
{
    const Visit visit(*this, guest, stream);
    converse(stream, guest->presence, service_);
}

void Clients::arrive(const std::shared_ptr<Guest>& guest)
{
    const std::lock_guard lock(mutex_);
    guests_.push_back(guest);
    service_.statistics.clients = guests_.size();
}

void Clients::leave(const std::shared_ptr<Guest>& guest)
{
    const std::lock_guard lock(mutex_);
    guest->stream = nullptr;
    std::erase(guests_, guest);
    one_left_.notify_all();
    service_.statistics.clients = guests_.size();
}

std::size_t Clients::count()
{
    const std::lock_guard lock(mutex_);
    return guests_.size();
}

/// False when nobody is idle.
bool Clients::shed_longest_idle()
{
    const std::lock_guard lock(mutex_);
    const auto idle_since = [](const std::shared_ptr<Guest>& guest) {
        return guest->presence.idle_since().value_or(Presence::Clock::duration::max().count());
    };
    const auto longest = std::ranges::min_element(guests_, {}, idle_since);
    if (longest == guests_.end() || !(*longest)->presence.send_away()) return false;
    if ((*longest)->stream != nullptr) (*longest)->stream->shutdown(); // its thread sees it leave
    guests_.erase(longest);
    return true;
}

/// Somebody who has asked and then ended his side of the connection is likely to have gone: most
/// programs end both at once. While there is room he is given the benefit of the doubt.
bool Clients::shed_half_gone()
{
    const std::lock_guard lock(mutex_);
    std::vector<pollfd> sides;
    for (const auto& guest : guests_) {
        const bool is_asking = guest->stream != nullptr && !guest->presence.is_endless();
        sides.push_back({is_asking ? guest->stream->descriptor() : -1, POLLRDHUP, 0});
    }
    if (::poll(sides.data(), sides.size(), 0) <= 0) return false;
    const auto found = std::ranges::find_if(sides, [](const pollfd& side) { return side.revents; });
    const auto guest = std::next(guests_.begin(), found - sides.begin());
    (*guest)->stream->shutdown(); // who waits for an answer for it sees that
    guests_.erase(guest);
    return true;
}

} // namespace proxy
