#include "mailclient/sink/silent_clients.h"

#include <algorithm>

namespace mailsink {

std::size_t SilentClients::read(net::TcpStream& client, std::span<char> buffer,
                                net::Deadline deadline)
{
    /// In the list for its lifetime.
    class Entry {
    public:
        Entry(SilentClients& clients, net::TcpStream& client) : clients_(clients), client_(client)
        {
            const std::lock_guard lock(clients_.mutex_);
            clients_.silent_.push_back(&client_);
        }
        ~Entry()
        {
            const std::lock_guard lock(clients_.mutex_);
            std::erase(clients_.silent_, &client_);
        }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;

    private:
        SilentClients& clients_;
        net::TcpStream& client_;
    };
    const Entry entry(*this, client);
    return client.read(buffer, deadline);
}

bool SilentClients::evict_longest()
{
    const std::lock_guard lock(mutex_); // the thread that reads cannot leave meanwhile
    if (silent_.empty()) return false;
    silent_.front()->shutdown();
    silent_.pop_front();
    return true;
}

} // namespace mailsink
