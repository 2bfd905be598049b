#include "icmppinger/name_finder.h"

#include <netdb.h>
#include <sys/eventfd.h>

#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "common/file_descriptor.h"
#include "common/text/ascii.h"

namespace icmppinger {
namespace {

/// The name from the system's resolver, escaped, as a name server may send any bytes; empty if
/// there is none.
std::string look_up(const net::Address& address)
{
    std::array<char, NI_MAXHOST> name{};
    const int status = ::getnameinfo(address.data(), address.size(), name.data(), name.size(),
                                     nullptr, 0, NI_NAMEREQD);
    return status == 0 ? net::escaped(name.data()) : std::string();
}

} // namespace

struct NameFinder::State {
    std::mutex mutex; // guards the members below
    std::condition_variable changed;
    std::deque<net::Address> queue;
    std::set<net::Address> requested;
    std::map<net::Address, std::string> names;
    bool is_stopping = false;
    net::FileDescriptor found{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};

    std::optional<net::Address> next()
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [this] { return is_stopping || !queue.empty(); });
        if (is_stopping) return std::nullopt;
        const net::Address address = queue.front();
        queue.pop_front();
        return address;
    }
    void store(const net::Address& address, const std::string& name)
    {
        const std::scoped_lock lock(mutex);
        names[address] = name;
        ::eventfd_write(found.get(), 1);
    }
};

NameFinder::NameFinder() : state_(std::make_shared<State>())
{
    std::thread([state = state_] {
        while (const auto address = state->next())
            state->store(*address, look_up(*address));
    }).detach();
}

NameFinder::~NameFinder()
{
    const std::scoped_lock lock(state_->mutex);
    state_->is_stopping = true;
    state_->changed.notify_one();
}

void NameFinder::find(const net::Address& address)
{
    const std::scoped_lock lock(state_->mutex);
    if (!state_->requested.insert(address).second) return;
    state_->queue.push_back(address);
    state_->changed.notify_one();
}

bool NameFinder::is_found(const net::Address& address) const
{
    const std::scoped_lock lock(state_->mutex);
    return state_->names.contains(address);
}

std::string NameFinder::name_of(const net::Address& address) const
{
    const std::scoped_lock lock(state_->mutex);
    const auto found = state_->names.find(address);
    return found == state_->names.end() ? std::string() : found->second;
}

int NameFinder::descriptor() const
{
    return state_->found.get();
}

void NameFinder::clear_event() const
{
    eventfd_t count = 0;
    ::eventfd_read(state_->found.get(), &count);
}

} // namespace icmppinger
