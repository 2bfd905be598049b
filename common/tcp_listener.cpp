#include "common/tcp_listener.h"

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>

#include "common/error.h"
#include "common/signals.h"
#include "common/socket.h"

namespace net {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

enum class Families { both, own };

FileDescriptor listen_on(const Address& address, Families families)
{
    FileDescriptor socket = open_socket(address.family(), SOCK_STREAM);
    set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1); // accepted sockets inherit it, tcp(7)
    if (address.family() == AF_INET6)
        set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, families == Families::own ? 1 : 0);

    if (::bind(socket.get(), address.data(), address.size()) == -1 ||
        ::listen(socket.get(), SOMAXCONN) == -1) {
        const int cause = errno;
        const bool needs_root = cause == EACCES && address.port() < 1024;
        throw Error("listen on " + address.text() + ": " + reason(cause) +
                        (needs_root ? " (ports below 1024 need root)" : ""),
                    cause);
    }
    return socket;
}

/// Falls back to IPv4 on a host without IPv6.
FileDescriptor listen_on_all(std::uint16_t port)
try {
    return listen_on(Address::any_ipv6(port), Families::both);
} catch (const Error& error) {
    if (error.cause() != EAFNOSUPPORT && error.cause() != EADDRNOTAVAIL) throw;
    return listen_on(Address::any_ipv4(port), Families::own);
}

/// The position of a socket with a client, from `start` on; nothing once a stop was requested.
/// accept(2) will not block then: on Linux a connection that was closed again stays in the queue,
/// and no other thread takes it.
std::optional<std::size_t> wait_for_client(std::span<const FileDescriptor> listeners,
                                           std::size_t start)
{
    std::vector<pollfd> waiting{{interruption(), POLLIN, 0}};
    for (const FileDescriptor& listener : listeners)
        waiting.push_back({listener.get(), POLLIN, 0});
    while (::poll(waiting.data(), waiting.size(), -1) == -1)
        if (errno != EINTR) fail("wait for a client");
    if (waiting.front().revents != 0) return std::nullopt;
    std::size_t place = start % listeners.size();
    while (waiting[1 + place].revents == 0)
        place = (place + 1) % listeners.size();
    return place;
}

bool is_interrupted_within(milliseconds timeout)
{
    pollfd waiting{interruption(), POLLIN, 0};
    return ::poll(&waiting, 1, static_cast<int>(timeout.count())) == 1;
}

} // namespace

TcpListener::TcpListener(std::uint16_t port, std::span<const std::string> names)
{
    for (const std::string& name : names)
        listen_on_name(name, sockets_.empty() ? port : local().port());
    if (names.empty()) listen_on_name({}, port);
}

void TcpListener::listen_on_name(const std::string& name, std::uint16_t port)
{
    if (is_everywhere(name)) {
        sockets_.push_back(listen_on_all(port));
        return;
    }
    std::optional<Error> missing;
    const std::size_t before = sockets_.size();
    for (const Address& address : resolve(name, port, SOCK_STREAM))
        try {
            const std::uint16_t chosen = sockets_.empty() ? port : local().port();
            sockets_.push_back(listen_on(address.with_port(chosen), Families::own));
        } catch (const Error& error) {
            if (error.cause() != EADDRNOTAVAIL && error.cause() != EAFNOSUPPORT) throw;
            missing = error;
        }
    if (sockets_.size() == before && missing) throw Error(*missing);
}

std::optional<TcpStream> TcpListener::accept()
{
    while (const auto ready = wait_for_client(sockets_, next_)) {
        next_ = *ready + 1;
        sockaddr_storage storage{};
        socklen_t size = sizeof storage;
        auto* address = reinterpret_cast<sockaddr*>(&storage);
        FileDescriptor client(::accept4(sockets_[*ready].get(), address, &size, SOCK_CLOEXEC));
        if (client) return TcpStream(std::move(client), Address(address, size));

        switch (errno) {
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOMEM:
            if (is_interrupted_within(10ms)) return std::nullopt;
            break;
        case EBADF:
        case EINVAL:
        case ENOTSOCK: fail("accept a client");
        default: // an error of this connection only, accept(2): try the next one
            break;
        }
    }
    return std::nullopt;
}

} // namespace net
